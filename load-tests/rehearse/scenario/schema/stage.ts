/** What the demo is built of, as a scenario's file writes it. */
import { Type } from 'typebox';
import { choice, integer, named, section } from '../../../../config/schema/words.ts';
import { nullableTime, time } from '../times.ts';

const Platform = section({
  targets: integer(1, 1, 'processes that stand behind the name', 8),
  databaseConnections: integer(
    20,
    1,
    'database connections of each process; as many times more at a faster pace',
    10_000,
  ),
  queryMs: Type.Number({
    default: 20,
    minimum: 0,
    maximum: 60_000,
    description: 'time of a query, ms; at any pace',
  }),
  idle: time('a session at the platform ends after this long without a request', '10m'),
  integrated: Type.Boolean({
    default: false,
    description: 'whether the platform tells the gate of sessions, registrations, seats and its build',
  }),
});

export const StageSection = section({
  platforms: named(
    '^(?!__proto__$)[A-Za-z0-9_-]{1,64}$',
    'is not a platform’s name: letters, digits, _ and -, 64 characters at most',
    Platform,
    {
      default: { platform: {} },
      minProperties: 1,
      description: 'demo platforms, as the configuration’s upstreams call them',
    },
  ),
  gateways: integer(1, 1, 'gateway processes; several need the store redis', 8),
  store: choice(['embedded', 'redis'], 'embedded', 'where lines are kept'),
  balancer: nullableTime(
    'a balancer stands before the gateways and asks each so often, in real time, whether it is ready; null: visitors ask any gateway by turns, and another one where nobody takes the connection',
  ),
  observer: Type.Boolean({
    default: false,
    description: 'whether the platform refuses and reports what did not come through the gate',
  }),
  config: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      description:
        'the gate’s configuration (docs/configuration.md) without targets, store and ports, which are the stage’s; times in it are the scenario’s, and `opensAt`, `from` and `until` may be times such as 5m; absent: config/default.yaml',
    }),
  ),
});
