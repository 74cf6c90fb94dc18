/** Where lines and sessions are kept: in this process, or in Redis. */
import { Type } from 'typebox';
import { choice, closed, integer, MOST, NODE, section, shaped } from './words.ts';

export const Store = section({
  kind: choice(['embedded', 'redis'], 'embedded', 'embedded: one gateway process; redis: any number'),
  path: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'embedded: folder of snapshot and journal; absent: HEADGATE_DATA (./data)',
    }),
  ),
  url: Type.Optional(
    Type.String({
      ...shaped('^rediss?://[^\\s/]+', 'must be redis://host:port or rediss://host:port'),
      description: 'redis: one server',
    }),
  ),
  sentinels: Type.Optional(
    Type.Array(Type.String(NODE), { minItems: 1, description: 'redis: sentinels, host:port; with `name`' }),
  ),
  name: Type.Optional(
    Type.String({ minLength: 1, description: 'redis: name of the master that the sentinels watch' }),
  ),
  nodes: Type.Optional(
    Type.Array(Type.String(NODE), { minItems: 1, description: 'redis: some nodes of a cluster, host:port' }),
  ),
  username: Type.Optional(
    Type.String({ minLength: 1, description: 'redis: user of the access list; absent: default' }),
  ),
  password: Type.Optional(
    Type.String({ minLength: 1, description: 'redis: password; one in `url` goes first' }),
  ),
  sentinelPassword: Type.Optional(
    Type.String({ minLength: 1, description: 'redis: password of the sentinels themselves' }),
  ),
  tls: Type.Optional(
    Type.Object(
      {
        ca: Type.Optional(
          Type.String({
            minLength: 1,
            description: 'PEM file of the authorities to trust; absent: the system’s',
          }),
        ),
        verify: Type.Boolean({ default: true, description: 'whether the server’s certificate is verified' }),
      },
      { ...closed, description: 'redis: TLS' },
    ),
  ),
  prefix: Type.String({
    default: 'hg',
    ...shaped('^[A-Za-z0-9_-]{1,16}$', 'must be letters, digits, _ and -, 16 at most'),
    description: 'redis: prefix of all keys',
  }),
  commandMs: integer(500, 10, 'redis: time-out of a command', MOST.ms),
});
