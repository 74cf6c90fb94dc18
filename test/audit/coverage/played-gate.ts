/** A gate without sockets under a clock moved by hand: the real classifier and the real counter, and the platform’s own books. */
import type { Settings } from '../../../config/settings.ts';
import { createTraffic } from '../../../gateway/audit/traffic.ts';
import { createAuditJudge } from '../../../gateway/audit-judge.ts';

export interface PlayedRequest {
  host: string;
  target: string;
  method?: string;
  status?: number;
  /** Room of the visitor’s pass: pages that no rule names stay in it. */
  pass?: string;
}

export function playGate(settings: Settings, random: () => number) {
  let nowMs = 0;
  const clock = { monotonicMs: () => nowMs };
  const traffic = createTraffic({ clock, settings, random });
  let judge = createAuditJudge(settings);
  /** When each request reached the platform, and at which host. */
  let books: { atMs: number; host: string }[] = [];

  function ask({ host, target, method = 'GET', status = 200, pass }: PlayedRequest): string | null {
    const verdict = judge({ method, host, target, clientAddress: null });
    if (verdict.kind === 'reserved' || verdict.kind === 'refused') return null;
    const stays = pass !== undefined && verdict.rule === null;
    const room = stays ? pass : verdict.room;
    const state =
      verdict.kind === 'bypass'
        ? 'bypassed'
        : stays || room !== settings.default.room
          ? 'admitted'
          : 'allowed';
    books.push({ atMs: nowMs, host });
    traffic.count({
      method,
      host,
      path: verdict.path,
      query: verdict.query,
      room,
      label: verdict.template ?? 'bypass',
      rule: stays ? null : verdict.rule,
      class: verdict.class,
      state,
      status,
      forwarded: true,
      ms: 5,
    });
    return room;
  }

  return {
    ask,
    /** Other rules are in force. */
    follow(next: Settings) {
      judge = createAuditJudge(next);
      traffic.follow(next);
    },
    traffic,
    nowMs: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** Of the last minute, as the platform counted it. */
    shareOf(host: string): number {
      books = books.filter(({ atMs }) => atMs > nowMs - 60_000);
      return books.filter((one) => one.host === host).length / Math.max(1, books.length);
    },
  };
}

export type PlayedGate = ReturnType<typeof playGate>;

/** Mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
