/** What a visitor is told when the platform gave no answer that could be passed on. */
import type { ErrorCode } from './errors.ts';
import type { FailureKind } from './forward/words.ts';
import type { Trouble } from './tell.ts';

/** Who was cancelled comes back when the worst is over. */
const CANCELLED_RETRY_SECONDS = 10;
/** A shortage passes or fewer are let in within seconds; sooner, the same crowd would come twice. */
const SHED_RETRY_SECONDS = 5;

/** The gate's own decision, not the platform's failure: a shed request is `refused`. */
const REFUSED: ReadonlySet<FailureKind> = new Set(['body-too-large', 'slow-body', 'shed']);
const RETRY_SECONDS: Partial<Record<FailureKind, number>> = {
  busy: SHED_RETRY_SECONDS,
  cancelled: CANCELLED_RETRY_SECONDS,
  shed: SHED_RETRY_SECONDS,
};

export function troubleOf(failure: FailureKind): Trouble {
  const code = codeOf(failure);
  const isOfClient = failure === 'body-too-large' || failure === 'slow-body';
  const retryAfterSeconds = RETRY_SECONDS[failure];
  return {
    ...{ code, detail: DETAILS[failure], close: isOfClient },
    state: REFUSED.has(failure) ? 'refused' : 'failed',
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function codeOf(failure: FailureKind): ErrorCode {
  switch (failure) {
    case 'connect-timeout':
    case 'headers-timeout':
    case 'body-timeout':
      return 'HG_UPSTREAM_TIMEOUT';
    case 'connect':
    case 'no-target':
      return 'HG_UPSTREAM_DOWN';
    case 'busy':
      return 'HG_UPSTREAM_BUSY';
    case 'shed':
      return 'HG_SHED';
    case 'body-too-large':
      return 'HG_BODY_TOO_LARGE';
    case 'slow-body':
      return 'HG_REQUEST_TIMEOUT';
    case 'cancelled':
      return 'HG_CANCELLED';
    default:
      return 'HG_UPSTREAM_FAILED';
  }
}

const DETAILS: Record<FailureKind, string> = {
  connect: 'The platform refused the connection.',
  'connect-timeout': 'The platform took too long to accept the connection.',
  'headers-timeout': 'The platform took too long to answer.',
  'body-timeout': 'The platform stopped in the middle of its answer.',
  reset: 'The platform broke the connection off before it answered.',
  protocol: 'The platform’s answer was not proper HTTP.',
  'no-target': 'No server of the platform can be reached.',
  shed: 'The platform is short, and others go first at the moment. Nothing was sent to it. Ask again shortly.',
  busy: 'All connections to the platform are in use.',
  tls: 'The platform’s certificate was not accepted.',
  'body-too-large': 'The request’s body is larger than this gate passes on.',
  'slow-body': 'The request’s body came too slowly.',
  cancelled: 'The request took longer than operators allow at the moment, and was ended. Ask again shortly.',
};
