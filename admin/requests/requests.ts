/** Requests that the platform works on at present, as the gateways tell of them, and their cancellation in one call. */
import type { CommandAnswer, InFlightRequest } from '../../gateway/control/words.ts';
import type { AuditLog, Fleet } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import type { Actor } from '../words.ts';

export interface RunningRequest extends InFlightRequest {
  gateway: string;
}

export interface CancelAsked {
  olderThanSeconds: number;
  upstream?: string | undefined;
  reason: string;
}

export interface Cancelled {
  cancelled: number;
  /** `cancelled` null: it did not answer, or refused; `why` says so. */
  gateways: { gateway: string; cancelled: number | null; why: string | null }[];
}

export interface Requests {
  /** Longest first; of each gateway the 50 longest. */
  list(): RunningRequest[];
  /** All that run, listed or not. */
  count(): number;
  /** Throws AdminError HG_NO_GATEWAY where no gateway did it; before anything is done HG_NOT_THERE, HG_CONTROL_UNWRITABLE. */
  cancel(actor: Actor, asked: CancelAsked): Promise<Cancelled>;
}

export interface RequestsParts {
  fleet: Pick<Fleet, 'gateways' | 'command'>;
  auditLog: AuditLog;
  data: ControlData;
}

const ACTION = 'requests.cancel';

export function createRequests({ fleet, auditLog, data }: RequestsParts): Requests {
  const reports = () => fleet.gateways().map(({ report }) => report);

  async function cancel(
    actor: Actor,
    { olderThanSeconds, upstream, reason }: CancelAsked,
  ): Promise<Cancelled> {
    if (upstream !== undefined) refuseUnknown(upstream);
    const entry = { actor: actor.name, subject: upstream ?? 'all upstreams', reason };
    const before = { olderThanSeconds, running: count() };
    // First of all: what nobody could write down is not done.
    data.transaction(() => auditLog.append({ ...entry, action: ACTION, before, after: null }));
    const words = { kind: 'cancel', olderThanSeconds, upstream: upstream ?? null, reason } as const;
    const answers = await fleet.command(words, 'all');
    const gateways = [...answers].map(([gateway, answer]) => ({ gateway, ...outcomeOf(answer) }));
    const cancelled = gateways.reduce((sum, one) => sum + (one.cancelled ?? 0), 0);
    auditLog.append({ ...entry, action: `${ACTION}.done`, before, after: { cancelled, gateways } });
    if (gateways.some((one) => one.cancelled !== null)) return { cancelled, gateways };
    throw new AdminError('HG_NO_GATEWAY', 'no gateway said that it cancelled anything');
  }

  /** A name that is mistyped would cancel nothing, and look as if nothing had hung. One that a revision has just taken out still counts. */
  function refuseUnknown(upstream: string): void {
    const live = reports();
    const isKnown = live.some(
      ({ upstreams, inFlight }) =>
        Object.hasOwn(upstreams, upstream) || inFlight.some((request) => request.upstream === upstream),
    );
    if (live.length > 0 && !isKnown)
      throw new AdminError('HG_NOT_THERE', `no gateway has an upstream ${upstream}`);
  }

  function count(): number {
    return reports().reduce((sum, { inFlightCount }) => sum + inFlightCount, 0);
  }

  return {
    count,
    cancel,
    list: () =>
      reports()
        .flatMap(({ gateway, inFlight }) => inFlight.map((request) => ({ ...request, gateway })))
        .sort((a, b) => b.ageMs - a.ageMs || (a.id < b.id ? -1 : 1)),
  };
}

/** A gateway answers how many it cancelled: as a number, or as `{ cancelled }`. */
function outcomeOf(answer: CommandAnswer | null): { cancelled: number | null; why: string | null } {
  if (answer === null) return { cancelled: null, why: 'it did not answer in time' };
  if (answer.kind === 'refused') return { cancelled: null, why: answer.reason };
  const { value } = answer;
  const told = typeof value === 'number' ? value : (value as { cancelled?: unknown } | null)?.cancelled;
  return { cancelled: typeof told === 'number' ? told : 0, why: null };
}
