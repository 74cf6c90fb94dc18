/** Says in plain words what an error of Redis means for the line, and what to do; every one of them means: not done, or not known. */
import type { RedisForm } from './redis-client.ts';

export interface Loss {
  /** One a cause, so that logs tell each once. */
  kind: string;
  message: string;
  /** The connection ended; it tells of that itself. */
  isOfConnection: boolean;
}

interface Meaning {
  /** How the error's text begins. */
  begins: string;
  says: (text: string, commandMs: number) => string;
  isOfConnection?: true;
}

const UNKNOWN = 'whether the step was done is unknown';

const MEANINGS: readonly Meaning[] = [
  {
    begins: 'Command timed out',
    says: (_, commandMs) => `Redis did not answer within ${commandMs} ms (store.commandMs); ${UNKNOWN}`,
  },
  { begins: 'Reached the max retries', says: cut, isOfConnection: true },
  { begins: 'Connection is closed', says: cut, isOfConnection: true },
  { begins: 'Command aborted', says: cut, isOfConnection: true },
  { begins: 'Socket timeout', says: cut, isOfConnection: true },
  { begins: "Stream isn't writeable", says: unsent, isOfConnection: true },
  { begins: "Cluster isn't ready", says: unsent, isOfConnection: true },
  {
    begins: 'READONLY',
    says: () =>
      'this Redis has become a read-only replica and did nothing; the gateway connects anew to find the master',
  },
  {
    begins: 'LOADING',
    says: () => 'Redis is still reading its data from disk; it takes commands once it is done. Wait',
  },
  {
    begins: 'MASTERDOWN',
    says: () =>
      'this replica has lost its master (replica-serve-stale-data no); bring the master back or promote it',
  },
  {
    begins: 'NOREPLICAS',
    says: () =>
      'min-replicas-to-write: Redis has too few replicas in touch and refuses to write; bring the replicas back',
  },
  {
    begins: 'OOM',
    says: () =>
      'maxmemory: Redis has reached it and refuses to write; raise maxmemory or remove other keys (never set an evicting policy)',
  },
  {
    begins: 'MISCONF',
    says: () =>
      'stop-writes-on-bgsave-error: Redis could not write to its disk and refuses to write; make room on its disk and look at its log',
  },
  { begins: 'NOAUTH', says: password },
  { begins: 'WRONGPASS', says: password },
  {
    begins: 'NOPERM',
    says: (text) => `the Redis user lacks a permission (store.username, ACL SETUSER): ${text}`,
  },
  {
    begins: 'CLUSTERDOWN',
    says: () =>
      'the Redis Cluster has no master for this room’s slot; it elects one by itself when a replica is left (see CLUSTER INFO)',
  },
  {
    begins: 'TRYAGAIN',
    says: () =>
      'this room’s slot is being moved to another node of the cluster; the room goes on when the move is done',
  },
  {
    begins: 'BUSY',
    says: () => 'busy-reply-threshold: Redis is held up by another program’s script; SCRIPT KILL ends it',
  },
  { begins: 'NOSCRIPT', says: () => 'Redis forgot its scripts again and again; somebody runs SCRIPT FLUSH' },
];

/** `errorText`: the error's message as ioredis hands it on. */
export function lossOf(errorText: string, commandMs: number): Loss {
  const text = errorText
    .replace(/^Too many Cluster redirections\. Last error: (\w*Error: )?/, '')
    // Sent to and fro between the two nodes of a slot that moves.
    .replace(/^(MOVED|ASK) /, 'TRYAGAIN ');
  const meaning = MEANINGS.find(({ begins }) => text.startsWith(begins));
  if (!meaning)
    return { kind: text.slice(0, 40), message: `Redis refused the step: ${text}`, isOfConnection: false };
  const { begins, says, isOfConnection = false } = meaning;
  return { kind: begins, message: says(text, commandMs), isOfConnection };
}

/** A key of ours that is not of our kind. `types`: what TYPE says of each key, in their order. */
export function foreignKey(keys: readonly string[], types: readonly string[]): Loss {
  const index = types.findIndex((type, at) => type !== 'none' && type !== typeOf(keys[at]!));
  const key = keys[index] ?? keys[0]!;
  const found = types[index] ?? 'key of another kind';
  const message = `${key} is a ${found}, not Headgate’s ${typeOf(key)}: another program uses the same names. Set store.prefix to another one, or remove the key`;
  return { kind: `WRONGTYPE ${key}`, message, isOfConnection: false };
}

/** By the last part of a room’s key. */
function typeOf(key: string): 'hash' | 'zset' {
  return /:(line|inside)$/.test(key) ? 'hash' : 'zset';
}

/** Why a connection that failed like this must not be tried on at a start; null: it may only be out of reach. */
export function refusalOf(error: Error, server: string, form: RedisForm): string | null {
  const { code = '' } = error as NodeJS.ErrnoException;
  const text = error.message;
  if (text.includes('sentinel') && /\b(WRONGPASS|NOAUTH)\b/.test(text))
    return `store.sentinelPassword: the sentinels refuse it (${text})`;
  if (/\b(WRONGPASS|NOAUTH|invalid password|invalid username-password)\b/.test(text))
    return `store.password: ${server} refuses it (${text}); write the right one in store.password or store.url`;
  if (text.includes('cluster support disabled'))
    return `store.nodes: ${server} is no node of a cluster; name it in store.url instead`;
  if (/unknown command .sentinel/i.test(text)) return `store.sentinels: one of them is no Sentinel (${text})`;
  if (/invalid reply: null|No such master/.test(text))
    return `store.name: the sentinels know no master of this name (${text})`;
  if (text.includes('CERTIFICATE_REQUIRED') || code.includes('CERTIFICATE_REQUIRED'))
    return `store.tls: ${server} wants a certificate of its clients; set tls-auth-clients no there`;
  if (code.startsWith('ERR_SSL_WRONG_VERSION')) return otherTongue(server, form, true);
  if (/^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS_CERT)/.test(code))
    return `store.tls.ca: the certificate of ${server} is not trusted (${code}: ${text.split(';')[0]}); name its authority in store.tls.ca`;
  return null;
}

/** Plain text where TLS is spoken, or the reverse. */
export function otherTongue(server: string, form: RedisForm, usesTls: boolean): string {
  if (usesTls)
    return `store.tls: ${server} does not speak TLS; name its TLS port, or write redis:// and leave store.tls out`;
  const cure = form === 'url' ? 'write rediss:// in store.url' : 'add store.tls';
  return `store.${form}: ${server} speaks TLS only; ${cure}, or name its plain port`;
}

function cut(): string {
  return `the connection to Redis was cut, or could not be made, before the answer came; ${UNKNOWN}`;
}

function unsent(): string {
  return 'Redis is not connected; nothing was sent';
}

function password(text: string): string {
  return `store.password: Redis refuses it (${text})`;
}
