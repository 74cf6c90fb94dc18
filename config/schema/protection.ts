/** Automatic protection: what the gate may decide by itself, and by which bounds. */
import { Type } from 'typebox';
import { choice, integer, MOST, nullable, section } from './words.ts';

const MODES = ['off', 'observe', 'act'] as const;

function decision(description: string) {
  return Type.Unsafe<'off' | 'observe' | 'act' | null>({
    enum: [...MODES, null],
    default: null,
    description: `${description}; null: as \`protection.mode\``,
  });
}

function share(fallback: number, description: string) {
  return Type.Number({ default: fallback, minimum: 0, maximum: 1, description });
}

function times(fallback: number, description: string) {
  return Type.Number({ default: fallback, minimum: 1, maximum: 1000, description });
}

const Decisions = section({
  engage: decision('a line for a room without limits, when newcomers surge or the platform suffers'),
  factor: decision('fewer are let in while the platform suffers'),
  inFlight: decision('a bound on the requests in flight to an upstream, by gradient'),
  shed: decision('answers of 503 where an upstream is short, the least important first'),
  isolate: decision('rooms share what the platform bears by max-min fairness'),
  eject: decision('targets that answer unlike their fellows get no requests for a while'),
});

const Distress = section({
  latencyTimes: times(2, 'times its usual latency from which an upstream suffers'),
  errorShare: share(0.1, 'share of failed answers from which an upstream, or a route, suffers'),
  emptyShare: share(0.5, 'share of empty answers from which a route that is usually not empty suffers'),
  longRunningSeconds: integer(10, 1, 'age from which a request counts as long-running', MOST.seconds),
  leastAnswers: integer(20, 1, 'answers within the window below which nothing is concluded'),
});

const Engage = section({
  baselineTimes: times(5, 'times the learned baseline of newcomers from which a room without limits engages'),
  leastPerMinute: integer(120, 1, 'newcomers a minute below which no surge is seen'),
  calmSeconds: integer(30, 1, 'calm after which a line that nobody needs is taken back', MOST.seconds),
});

const InFlight = section({
  least: integer(4, 1, 'requests in flight that an upstream always gets'),
  queueMs: integer(1000, 0, 'how long a request may wait for a slot before it is shed', MOST.ms),
});

const ProofOfWork = section({
  mode: choice(
    ['off', 'auto'],
    'auto',
    'auto: whoever is in a later lane may do a work instead, harder the more the network asks for',
  ),
  leastBits: integer(14, 1, 'difficulty at first: leading zero bits of a SHA-256', 32),
  mostBits: integer(22, 1, 'difficulty at most', 32),
});

const Joins = section({
  perNetworkPerMinute: nullable<number>('integer', {
    default: null,
    minimum: 1,
    maximum: MOST.count,
    description:
      'numbers that one network (an IPv4 address, or an IPv6 /64) may take a minute in a room, whoever else asks; beyond: 429 with Retry-After; null: no bound',
  }),
  perClientPerMinute: nullable<number>('integer', {
    default: 600,
    minimum: 1,
    maximum: MOST.count,
    description:
      'numbers a minute that people behind one address ask for at most: while networks that ask faster crowd others out of a room, their further numbers go to the later lanes; null: nobody is held to anything',
  }),
  sharedNetworks: Type.Array(Type.String({ format: 'network' }), {
    default: [],
    description:
      'networks behind which many people stand (campus, mobile carrier): each address of them may ask for ten times as many',
  }),
  proofOfWork: ProofOfWork,
});

export const Protection = section({
  mode: choice(MODES, 'act', 'off: nothing is decided; observe: said, not done; act: done'),
  decisions: Decisions,
  distress: Distress,
  engage: Engage,
  inFlight: InFlight,
  priority: Type.Array(
    Type.Array(
      Type.Unsafe<'registration' | 'api' | 'staff' | 'asset'>({
        enum: ['registration', 'api', 'staff', 'asset'],
      }),
      {
        minItems: 1,
      },
    ),
    {
      default: [['api'], ['asset', 'registration'], ['staff']],
      description:
        'groups of classes in the order in which they are shed; a class that is not named goes with the last',
    },
  ),
  guaranteedShare: share(0.1, 'share of the slots in flight that each class with demand keeps'),
  connections: section({
    growthPerMinute: integer(
      2,
      1,
      'open connections more each minute, busy or not, from which growth is a leak',
    ),
    leastMinutes: integer(2, 1, 'minutes that growth must last', MOST.minutes),
  }),
  joins: Joins,
});
