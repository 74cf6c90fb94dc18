/** Which overrides hold at this moment: each until its time is over by the monotonic clock, so that no jump of the wall clock shortens or stretches it. */
import type { Clock } from '../clock.ts';
import type { Overrides } from '../request/overrides.ts';
import type { OverrideFolder, StoredOverride } from './override-file.ts';

export interface InForce extends Overrides {
  of(room: string): StoredOverride | undefined;
  all(): readonly StoredOverride[];
  /** Takes what the folder holds now. */
  see(folder: OverrideFolder): Changes;
}

export type EndReason = 'over' | 'lifted' | 'replaced';

export interface Changes {
  began: StoredOverride[];
  ended: { override: StoredOverride; why: EndReason }[];
  /** Their time is over: their files are to go. */
  over: StoredOverride[];
}

interface Held {
  override: StoredOverride;
  /** Monotonic ms. */
  endsAt: number;
}

export function createInForce(clock: Clock): InForce {
  const held = new Map<string, Held>();
  /** Ids that ended here and whose file is still there: the wall clock must not bring them back. */
  let spent = new Set<string>();

  const isOver = ({ endsAt }: Held) => clock.monotonicMs() >= endsAt;

  /** What a clock that was set back would add is cut off: no override lasts longer than it was given. */
  const hold = (override: StoredOverride): Held => {
    const leftMs = Math.min(override.until - clock.wallMs(), override.until - override.since);
    return { override, endsAt: clock.monotonicMs() + leftMs };
  };

  function see({ overrides, damaged }: OverrideFolder): Changes {
    const changes: Changes = { began: [], ended: [], over: [] };
    const found = new Map(overrides.map((override) => [override.room, override]));
    // A file that cannot be read says nothing: neither that its override holds on, nor that it was lifted.
    const unread = new Set(damaged.map(({ room }) => room));
    for (const [room, known] of held) {
      const why = endOf(known, found.get(room), unread.has(room));
      if (why === null) continue;
      held.delete(room);
      changes.ended.push({ override: known.override, why });
      if (why === 'over') spent.add(known.override.id);
    }
    for (const override of overrides) if (!held.has(override.room)) begin(override, changes);
    spent = new Set(overrides.map(({ id }) => id).filter((id) => spent.has(id)));
    return changes;
  }

  function endOf(known: Held, found: StoredOverride | undefined, isUnread: boolean): EndReason | null {
    if (isOver(known)) return 'over';
    if (found) return found.id === known.override.id ? null : 'replaced';
    return isUnread ? null : 'lifted';
  }

  function begin(override: StoredOverride, changes: Changes): void {
    const fresh = hold(override);
    if (spent.has(override.id) || isOver(fresh)) {
      spent.add(override.id);
      changes.over.push(override);
      return;
    }
    held.set(override.room, fresh);
    changes.began.push(override);
  }

  return {
    of(room) {
      if (held.size === 0) return undefined;
      const known = held.get(room);
      return known === undefined || isOver(known) ? undefined : known.override;
    },
    all: () => [...held.values()].filter((known) => !isOver(known)).map(({ override }) => override),
    see,
  };
}
