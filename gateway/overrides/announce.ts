/** Says aloud that an override is at work: when it begins and ends, each minute, and for a bypass each ten seconds with what it let by. */
import type { Clock } from '../clock.ts';
import type { Log } from '../observe/logger.ts';
import type { Override } from '../request/overrides.ts';
import type { Changes } from './in-force.ts';
import type { DamagedFile, StoredOverride } from './override-file.ts';

const REMIND_MS = 60_000;
const BYPASS_MS = 10_000;

interface Said {
  /** Monotonic ms of the last line. */
  remindedAt: number;
  countedAt: number;
  /** Requests let by since the last count, and in all. */
  lately: number;
  inAll: number;
}

export function createAnnouncer(clock: Clock, log: Log) {
  const said = new Map<string, Said>();
  const damagedSaid = new Map<string, string>();

  const begin = (override: StoredOverride) => {
    const now = clock.monotonicMs();
    said.set(override.room, { remindedAt: now, countedAt: now, lately: 0, inAll: 0 });
    log.say('warn', factsOf(override), 'an override begins');
  };

  function remind(override: Override): void {
    const state = said.get(override.room);
    if (!state) return;
    const now = clock.monotonicMs();
    if (override.action === 'bypass' && now - state.countedAt >= BYPASS_MS) {
      const facts = { room: override.room, requests: state.lately, requestsInAll: state.inAll };
      log.say('warn', facts, 'BYPASS BY OVERRIDE: requests are forwarded without a look at the line');
      Object.assign(state, { countedAt: now, lately: 0 });
    }
    if (now - state.remindedAt < REMIND_MS) return;
    state.remindedAt = now;
    log.say('warn', factsOf(override), 'an override is in force');
  }

  return {
    changed({ began, ended }: Changes): void {
      for (const { override, why } of ended) {
        const { inAll } = said.get(override.room) ?? { inAll: 0 };
        const counted = override.action === 'bypass' ? { requestsInAll: inAll } : {};
        log.say('warn', { ...factsOf(override), why, ...counted }, 'an override ends');
        said.delete(override.room);
      }
      for (const override of began) begin(override);
    },
    remind(overrides: readonly Override[]): void {
      for (const override of overrides) remind(override);
    },
    /** Once for each damage, not once a second. */
    damaged(files: readonly DamagedFile[]): void {
      for (const { file, why } of files) {
        if (damagedSaid.get(file) === why) continue;
        log.say(
          'error',
          { file, why },
          'an override file is damaged and changes nothing; lift or write it anew',
        );
      }
      damagedSaid.clear();
      for (const { file, why } of files) damagedSaid.set(file, why);
    },
    /** A request that a bypass let by. */
    count(room: string): void {
      const state = said.get(room);
      if (!state) return;
      state.lately += 1;
      state.inAll += 1;
    },
  };
}

function factsOf({ room, action, limit, reason, until }: Override) {
  return { room, action, ...(limit === null ? {} : { limit }), reason, until: new Date(until).toISOString() };
}
