/** Where the gateway listens, whom it believes, and how long and how much it takes from a client. */
import { Type } from 'typebox';
import { closed, integer, MOST, section } from './words.ts';

const address = (host: string, port: number, what: string) => ({
  host: Type.String({
    default: host,
    minLength: 1,
    maxLength: 255,
    format: 'host',
    description: `address of ${what}`,
  }),
  port: integer(port, 0, `port of ${what}; 0 takes a free one`, 65535),
});

const Certificate = Type.Object(
  {
    cert: Type.String({
      minLength: 1,
      description: 'certificate chain, a PEM file; read again when it changes',
    }),
    key: Type.String({ minLength: 1, description: 'private key, a PEM file; read again when it changes' }),
  },
  closed,
);

export const Listen = section({
  gateway: section({ ...address('0.0.0.0', 8080, 'the gateway'), tls: Type.Optional(Certificate) }),
  admin: section(address('127.0.0.1', 8081, 'the admin API')),
  metrics: section(address('127.0.0.1', 8082, 'metrics and health')),
  trustedProxies: Type.Array(Type.String({ format: 'network' }), {
    default: [],
    description: 'networks (CIDR or single addresses) whose x-forwarded-* and forwarded headers are believed',
  }),
  keepAliveSeconds: integer(
    75,
    1,
    'idle time of a client connection; keep it above the balancer’s',
    MOST.seconds,
  ),
  headersSeconds: integer(15, 1, 'time a client has to send its request’s head', MOST.seconds),
  requestIdleSeconds: integer(
    60,
    1,
    'time a client’s connection may be silent within a request',
    MOST.seconds,
  ),
  maxConnections: integer(20000, 1, 'client connections at once; further ones are closed at once'),
  maxHeaderBytes: integer(16384, 1024, 'size of a request’s head; above it 431', 1_048_576),
  maxUrlBytes: integer(8192, 64, 'size of a request’s target; above it 414', 1_048_576),
  maxBodyBytes: integer(1073741824, 0, 'size of a request’s body; above it 413', Number.MAX_SAFE_INTEGER),
});

export const Drain = section({
  delaySeconds: Type.Number({
    default: 5,
    minimum: 0,
    maximum: 3600,
    description: 'after SIGTERM: not ready, yet accepting, for this long',
  }),
  seconds: Type.Number({
    default: 30,
    minimum: 0,
    maximum: 86400,
    description: 'then: time for what is in flight',
  }),
});
