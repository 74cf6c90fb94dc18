/** What may happen to a room, as data: fast-check deals histories of these, and shrinks them. */
import fc from 'fast-check';
import type { Fate } from '../../load-tests/simulate/gateway-words.ts';

export type Command =
  /** Time goes by and every gateway ticks. `stay`: everybody inside goes on clicking; `come`: the called come at once. */
  | { do: 'pass'; ms: number; stay: boolean; come: boolean }
  | { do: 'join'; gateway: number; count: number; fate: Fate }
  /** Any ticket is claimed: called or not, waiting or spent. */
  | { do: 'claim'; gateway: number; ticket: number; fate: Fate }
  /** Of those called, this share comes, in any order. */
  | { do: 'come'; gateway: number; share: number }
  /** One ticket, many claims at once, through all gateways. */
  | { do: 'storm'; ticket: number }
  | { do: 'look'; gateway: number; ticket: number }
  | { do: 'leave'; gateway: number; session: number; fate: Fate }
  /** A claim whose first answer is in flight: it fails, or is sent, later. */
  | { do: 'claim slowly'; gateway: number; ticket: number }
  | { do: 'first answer'; session: number; failed: boolean }
  | { do: 'kill gateway'; gateway: number }
  | { do: 'restart store' }
  | { do: 'fail over'; lostMs: number }
  | { do: 'flush' }
  | { do: 'jump clock'; seconds: number }
  | { do: 'limits'; sessions: number; perMinute: number | null }
  | { do: 'state'; state: 'open' | 'paused' | 'offline' }
  /** An operator's word; `forMs`: the line opens by itself then. */
  | { do: 'operate'; state: 'open' | 'paused' | 'offline'; forMs: number | null };

const gateway = fc.nat({ max: 2 });
const anyone = fc.nat({ max: 200 });
const answered = fc.constant<Fate>('answered');
const shaky = fc.oneof(
  { weight: 8, arbitrary: answered },
  { weight: 1, arbitrary: fc.constantFrom<Fate>('lost before', 'lost after') },
);

const life = {
  pass: fc.record({
    do: fc.constant('pass' as const),
    ms: fc.integer({ min: 200, max: 12_000 }),
    stay: fc.boolean(),
    come: fc.boolean(),
  }),
  join: fc.record({
    do: fc.constant('join' as const),
    gateway,
    count: fc.integer({ min: 1, max: 12 }),
    fate: shaky,
  }),
  claim: fc.record({ do: fc.constant('claim' as const), gateway, ticket: anyone, fate: shaky }),
  come: fc.record({ do: fc.constant('come' as const), gateway, share: fc.constantFrom(0.3, 0.6, 1) }),
  storm: fc.record({ do: fc.constant('storm' as const), ticket: anyone }),
  look: fc.record({ do: fc.constant('look' as const), gateway, ticket: anyone }),
  leave: fc.record({ do: fc.constant('leave' as const), gateway, session: anyone, fate: shaky }),
  slow: fc.record({ do: fc.constant('claim slowly' as const), gateway, ticket: anyone }),
  first: fc.record({ do: fc.constant('first answer' as const), session: anyone, failed: fc.boolean() }),
};

const loss = fc.oneof(
  fc.record({ do: fc.constant('fail over' as const), lostMs: fc.integer({ min: 100, max: 5000 }) }),
  fc.record({ do: fc.constant('flush' as const) }),
);
const jump = fc.record({ do: fc.constant('jump clock' as const), seconds: fc.constantFrom(-3600, 3600) });
const kill = fc.record({ do: fc.constant('kill gateway' as const), gateway });
const restart = fc.record({ do: fc.constant('restart store' as const) });
const limits = fc.record({
  do: fc.constant('limits' as const),
  sessions: fc.integer({ min: 0, max: 12 }),
  perMinute: fc.option(fc.integer({ min: 1, max: 120 }), { nil: null, freq: 2 }),
});
const anyState = fc.constantFrom('open' as const, 'open' as const, 'paused' as const, 'offline' as const);
const state = fc.record({ do: fc.constant('state' as const), state: anyState });
const operate = fc.record({
  do: fc.constant('operate' as const),
  state: anyState,
  forMs: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: null }),
});

/** How often, beside the ordinary life of a room, each kind of trouble comes. */
export interface Mix {
  losses?: number;
  jumps?: number;
  kills?: number;
  limits?: number;
  states?: number;
  looks?: number;
}

const usual: Required<Mix> = { losses: 1, jumps: 1, kills: 1, limits: 1, states: 1, looks: 2 };

export function histories(mix: Mix, maxLength = 80): fc.Arbitrary<Command[]> {
  const often = { ...usual, ...mix };
  const command: fc.Arbitrary<Command> = fc.oneof(
    { weight: 9, arbitrary: life.pass },
    { weight: 6, arbitrary: life.join },
    { weight: 7, arbitrary: life.come },
    { weight: 4, arbitrary: life.claim },
    { weight: 1, arbitrary: life.storm },
    { weight: 4, arbitrary: life.leave },
    { weight: 2, arbitrary: life.slow },
    { weight: 2, arbitrary: life.first },
    { weight: often.looks, arbitrary: life.look },
    { weight: often.losses, arbitrary: loss },
    { weight: often.jumps, arbitrary: jump },
    { weight: often.kills, arbitrary: fc.oneof(kill, restart) },
    { weight: often.limits, arbitrary: limits },
    { weight: often.states, arbitrary: fc.oneof(state, operate) },
  );
  return fc.array(command, { minLength: 1, maxLength, size: 'max' });
}
