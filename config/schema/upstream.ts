/** The platform’s servers: targets, bounds, time-outs, health. */
import { Type } from 'typebox';
import { closed, integer, MOST, nullable, section, shaped } from './words.ts';

// One schema for both forms: keywords for texts and for sections each judge their own kind, so a fault is told once.
const Target = Type.Unsafe<string | { url: string; weight?: number }>({
  type: ['string', 'object'],
  format: 'origin',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: Type.String({ format: 'origin', description: 'origin: scheme, host and port' }),
    weight: integer(1, 0, 'share of the requests, relative to the other targets', 1000),
  },
});

export const Upstream = Type.Object(
  {
    targets: Type.Array(Target, {
      minItems: 1,
      description: 'origins (scheme, host, port) of the platform’s servers; or { url, weight: 1 }',
    }),
    maxConnections: integer(256, 1, 'connections to all targets together, by each gateway process', 65535),
    timeouts: section({
      connectMs: integer(2000, 1, 'time to connect', MOST.ms),
      headersMs: integer(30000, 1, 'time until the answer’s head', MOST.ms),
      bodyMs: integer(60000, 1, 'silence allowed within an answer’s body (event streams excepted)', MOST.ms),
    }),
    health: section({
      path: nullable<string>('string', {
        ...shaped('^/[^\\s#]*$', 'must be a path that begins with /'),
        description: 'path asked to learn whether a target is well; null: passive only',
      }),
      intervalMs: integer(2000, 50, 'time between two checks', MOST.ms),
      failures: integer(3, 1, 'failures in a row until a target counts as down', 1000),
    }),
    rampSeconds: integer(
      30,
      0,
      'time over which a target that came back takes up its share again',
      MOST.seconds,
    ),
    build: nullable<string>('string', {
      maxLength: 200,
      description: '`headgate-build` that its targets must send; another one is drift; null: any',
    }),
    tls: section({
      verify: Type.Boolean({ default: true, description: 'whether the target’s certificate is verified' }),
      ca: nullable<string>('string', {
        minLength: 1,
        description: 'PEM file of the authorities to trust; null: the system’s',
      }),
    }),
  },
  closed,
);
