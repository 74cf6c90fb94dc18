/** Names what went wrong between the gate and the platform. */
import type { FailureKind } from './words.ts';

const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);
const RESETS = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
  'UND_ERR_INFO',
]);
/** Our own request was not one that undici sends: nothing left the gate. */
const UNSENDABLE = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);
const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO|HOSTNAME_MISMATCH)/;
/** undici's UND_ERR_SOCKET speaks of both. */
const BAD_ANSWER = new Set(['bad response', 'bad upgrade']);

/** `unsent`: not written to a connection yet; `answering`: the answer's head has come. */
export type Progress = 'unsent' | 'sent' | 'answering';

export function failureOf(error: Error & { code?: string }, progress: Progress): FailureKind {
  const code = error.code ?? '';
  if (UNSENDABLE.has(code)) return 'protocol';
  if (progress === 'unsent') return connectFailure(code);
  // Fewer bytes than were promised; before the head it is a promise that the parser cannot read.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return progress === 'answering' ? 'reset' : 'protocol';
  if (RESETS.has(code)) return 'reset';
  if (code === 'UND_ERR_SOCKET') return BAD_ANSWER.has(error.message) ? 'protocol' : 'reset';
  return 'protocol';
}

/** The platform cannot be reached at all, or not in time. */
export function connectFailure(code: string): FailureKind {
  if (TIMEOUTS.has(code)) return 'connect-timeout';
  return TLS.test(code) ? 'tls' : 'connect';
}

const UNSENT: ReadonlySet<FailureKind> = new Set(['connect', 'connect-timeout', 'tls']);
const TELLING: ReadonlySet<FailureKind> = new Set(['reset', 'protocol', 'headers-timeout', 'body-timeout']);

/** No connection came about: nothing was sent, and another target may be asked. */
export function isUnsent(failure: FailureKind): boolean {
  return UNSENT.has(failure);
}

/** The request was sent, and what came of it says something of the target. */
export function isOfTarget(failure: FailureKind): boolean {
  return TELLING.has(failure);
}
