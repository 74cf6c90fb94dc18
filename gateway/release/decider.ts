/** Decides with the other gateways where the council can be reached, and alone with the last share where it cannot. */
import type { Clock } from '../clock.ts';
import { type ControllerInput, step } from './controller.ts';
import type { Council, Met } from './council.ts';
import { type Decision, noDecision, readDecision, writeDecision } from './decision.ts';
import { portionOf } from './portion.ts';
import type { Evidence, Judgement } from './words.ts';

/** What the controller is to know beside the evidence. */
export interface DeciderFacts extends Pick<ControllerInput, 'rooms' | 'external' | 'settings'> {
  /** A gateway's, by upstream. */
  maxConnections: Readonly<Record<string, number>>;
}

export interface DeciderParts {
  gateway: string;
  council: Council;
  /** `rooms`: those that evidence or orders name. */
  facts(rooms: ReadonlySet<string>): DeciderFacts;
  clock: Clock;
  /** Counted into. */
  figures: DeciderFigures;
}

export interface DeciderFigures {
  /** Decisions made here for all gateways. */
  together: number;
  /** Decisions made here for this gateway, for the council could not be reached. */
  alone: number;
}

export interface Decider {
  /** Goes by what was decided, and decides where it is this gateway's turn; answers what is to be told of that. Rejects where the council cannot be reached. */
  together(
    evidence: Evidence | null,
    demand: Readonly<Record<string, number>>,
  ): Promise<readonly Judgement[]>;
  /** Decides by this gateway's evidence, for this gateway. */
  alone(evidence: Evidence): readonly Judgement[];
  decision(): Decision;
  /** The council's clock, as this gateway knows it. */
  nowMs(): number;
  /** This gateway's part of a bound on all gateways' requests in flight. */
  share(upstream: string, bound: number): number;
  /** From an earlier life. */
  remember(learned: Decision): void;
  leave(): Promise<void>;
}

/** What a gateway went on to by itself is not given up for a decision that is so much older. */
const STALE_MS = 5_000;

export function createDecider({ gateway, council, facts, clock, figures }: DeciderParts): Decider {
  let decision = noDecision();
  /** '': none of the council's. */
  let version = '';
  let councilMs = 0;
  let readMs = clock.monotonicMs();
  let demands: Met['demands'] = {};

  const nowMs = () => Math.max(decision.atMs, councilMs + clock.monotonicMs() - readMs);

  function hear(met: Met): void {
    councilMs = met.nowMs;
    readMs = clock.monotonicMs();
    demands = met.demands;
    version = met.version;
    if (met.decided === null) return;
    const decided = readDecision(met.decided);
    if (decided.atMs >= decision.atMs - STALE_MS) decision = decided;
  }

  function weigh(evidence: readonly Evidence[], atMs: number, gateways: number) {
    const names = new Set(Object.keys(decision.rooms));
    for (const { rooms } of evidence) for (const name of Object.keys(rooms)) names.add(name);
    const { maxConnections, ...known } = facts(names);
    const upstreams: Record<string, { maxConnections: number; gateways: number }> = {};
    for (const [name, most] of Object.entries(maxConnections))
      upstreams[name] = { maxConnections: most, gateways };
    const { state, orders } = step(decision.state, { nowMs: atMs, evidence, upstreams, ...known });
    const made: Decision = { atMs, state, upstreams: orders.upstreams, rooms: orders.rooms };
    return { made, judgements: orders.judgements };
  }

  return {
    async together(evidence, demand) {
      const met = await council.meet({ evidence, gateway, demand, version, floorMs: nowMs() });
      hear(met);
      if (met.due === null) return [];
      const { made, judgements } = weigh(
        met.due.evidence,
        met.nowMs,
        Math.max(1, Object.keys(demands).length),
      );
      const next = await council.decide(met.version, met.due.upTo, writeDecision(made));
      // Somebody else was faster: that one is heard of at the next meeting, and tells its own judgements.
      if (next === null) return [];
      version = next;
      decision = made;
      figures.together++;
      return judgements;
    },
    alone(evidence) {
      // Whatever the council decided meanwhile is to be heard when it can be reached again.
      version = '';
      const { made, judgements } = weigh([evidence], nowMs(), Math.max(1, Object.keys(demands).length));
      decision = made;
      figures.alone++;
      return judgements;
    },
    ...{ decision: () => decision, nowMs },
    share: (upstream, bound) => portionOf(bound, gateway, demandsOf(demands, upstream)),
    remember(learned) {
      decision = learned;
    },
    leave: () => council.leave(gateway),
  };
}

function demandsOf(demands: Met['demands'], upstream: string): Record<string, number> {
  return Object.fromEntries(Object.entries(demands).map(([name, demand]) => [name, demand[upstream] ?? 0]));
}
