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
  /** Stands for the settings that are decided by. */
  settings(): string;
  clock: Clock;
  /** Counted into. */
  figures: DeciderFigures;
}

export interface DeciderFigures {
  /** Decisions made here for all gateways. */
  together: number;
  /** Decisions made here for this gateway, for the council could not be reached. */
  alone: number;
  /** Decisions of others that could not be read here: of another version, or broken. */
  unread: number;
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

export function createDecider({ gateway, council, facts, settings, clock, figures }: DeciderParts): Decider {
  let decision = noDecision();
  /** '': none of the council's. */
  let version = '';
  let councilMs = 0;
  let readMs = clock.monotonicMs();
  let demands: Met['demands'] = {};

  const gateways = () => Math.max(1, Object.keys(demands).length);
  const nowMs = () => Math.max(decision.atMs, councilMs + clock.monotonicMs() - readMs);

  function hear(met: Met): void {
    councilMs = met.nowMs;
    readMs = clock.monotonicMs();
    demands = met.demands;
    version = met.version;
    const decided = met.decided === null ? null : readable(met.decided);
    if (met.decided !== null && decided === null) figures.unread++;
    if (decided !== null && decided.atMs >= decision.atMs - STALE_MS) decision = decided;
  }

  /**
   * While a revision is tried at some gateways only, those whose settings the present decision was made by go on deciding as long as
   * one of them is heard of: by turns, each would take back what the other ordered.
   */
  const isOthersTurn = (heard: Met['settings']) =>
    decision.settings !== '' && decision.settings !== settings() && heard.has(decision.settings);

  function weigh(evidence: readonly Evidence[], atMs: number) {
    const names = new Set(Object.keys(decision.rooms));
    for (const { rooms } of evidence) for (const name of Object.keys(rooms)) names.add(name);
    const { maxConnections, rooms, ...known } = facts(names);
    const upstreams: Record<string, { maxConnections: number; gateways: number }> = {};
    for (const [name, most] of Object.entries(maxConnections))
      upstreams[name] = { maxConnections: most, gateways: gateways() };
    const { state, orders } = step(decision.state, {
      nowMs: atMs,
      evidence,
      upstreams,
      ...known,
      rooms: ownRooms(rooms),
    });
    const made: Decision = {
      atMs,
      settings: settings(),
      state,
      upstreams: orders.upstreams,
      rooms: orders.rooms,
    };
    return { made, judgements: orders.judgements };
  }

  return {
    async together(evidence, demand) {
      const own = { gateway, demand, settings: settings() };
      const met = await council.meet({ ...own, evidence, version, floorMs: nowMs() });
      hear(met);
      if (met.due === null || isOthersTurn(met.settings)) return [];
      const { made, judgements } = weigh(met.due.evidence, met.nowMs);
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
      const { made, judgements } = weigh([evidence], nowMs());
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

/** Visitors choose rooms' names; one that every object has (`constructor`) would be found in states that know nothing of it. */
function ownRooms(rooms: DeciderFacts['rooms']): DeciderFacts['rooms'] {
  return Object.fromEntries(Object.entries(rooms).filter(([name]) => !(name in Object.prototype)));
}

/** Null: a gateway of another version made it, or nobody did. What is decided next takes its place. */
function readable(text: string): Decision | null {
  try {
    return readDecision(text);
  } catch {
    return null;
  }
}

function demandsOf(demands: Met['demands'], upstream: string): Record<string, number> {
  return Object.fromEntries(Object.entries(demands).map(([name, demand]) => [name, demand[upstream] ?? 0]));
}
