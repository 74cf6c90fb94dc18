/** The laws of the gateways' word on the rate: a room is held to it at once, and let go without a burst. */
import { describe, expect, it } from 'vitest';
import type { RateWord, TicketFacts } from '../../gateway/line/words.ts';
import type { ContractStage } from './contract-stage.ts';

export function rateLaws(stage: ContractStage): void {
  const { room, configure, join, ticketsFor, claim, view, tick, people } = stage;
  const say = (word: Partial<RateWord>) =>
    stage.store.reportRate(room, { factor: 1, perMinute: null, ...word });
  /** Admissions in so many seconds, the word said again in each; everybody comes as soon as called. */
  const admittedUnder = async (word: Partial<RateWord>, seconds: number, tickets: readonly TicketFacts[]) => {
    const { admissions } = view();
    for (let second = 0; second < seconds; second += 1) {
      await say(word);
      await tick(1_000);
      for (const ticket of tickets.slice(view().admissions, view().serving)) await claim(ticket);
    }
    return view().admissions - admissions;
  };

  describe('a word on the rate of a room with a limit', () => {
    it('of 0 holds the calls back for 5 s, and no longer', async () => {
      await configure({ limits: { admissionsPerMinute: 600 } });
      await join(people(100));
      const { serving } = view();
      expect(await say({ factor: 0 })).toMatchObject({ serving, rate: { factor: 0, perMinute: null } });
      await tick(4_000);
      expect(view().serving).toBe(serving);
      await tick(6_000);
      expect(view().serving).toBeGreaterThan(serving + 20);
      expect(view().rate).toEqual({ factor: 1, perMinute: null });
    });

    it('halves the rate by half', async () => {
      await configure({ limits: { admissionsPerMinute: 600 } });
      const tickets = await ticketsFor(people(300));
      await admittedUnder({}, 6, tickets);
      const whole = await admittedUnder({}, 6, tickets);
      const half = await admittedUnder({ factor: 0.5 }, 6, tickets);
      expect(half / whole).toBeGreaterThan(0.4);
      expect(half / whole).toBeLessThan(0.6);
    });

    it('of a rate counts beside the factor: the lower one rules', async () => {
      await configure({ limits: { admissionsPerMinute: 600 } });
      const tickets = await ticketsFor(people(100));
      expect(await admittedUnder({ perMinute: 60 }, 6, tickets)).toBeLessThanOrEqual(8);
      expect(await admittedUnder({ perMinute: 6_000, factor: 0.1 }, 6, tickets)).toBeLessThanOrEqual(8);
      expect(view().rate).toEqual({ factor: 0.1, perMinute: 6_000 });
    });

    it('leaves at most 2 s worth of what was saved up before', async () => {
      await configure({ limits: { admissionsPerMinute: 6_000 } });
      await join(['somebody']);
      await say({ perMinute: 60 });
      const answer = await stage.store.join(room, 'default', people(50));
      expect(answer).toMatchObject({ kind: 'joined', sessions: { length: 2 } });
    });
  });

  describe('a word on the rate of a room without limits', () => {
    it('engages it in the very join that comes after it', async () => {
      await configure();
      expect((await join(people(20))).sessions).toHaveLength(20);
      await say({ perMinute: 60 });
      const answer = await stage.store.join(room, 'default', ['late']);
      expect(answer).toMatchObject({ sessions: [], view: { state: 'engaged', waiting: 1 } });
    });

    it('calls as many as it says, and 0 nobody', async () => {
      await configure();
      await say({ perMinute: 120 });
      const tickets = await ticketsFor(people(60));
      const admitted = await admittedUnder({ perMinute: 120 }, 10, tickets);
      expect(admitted).toBeGreaterThanOrEqual(16);
      expect(admitted).toBeLessThanOrEqual(24);
      await say({ perMinute: 0 });
      const { serving } = view();
      expect(await admittedUnder({ perMinute: 0 }, 6, tickets)).toBe(0);
      expect(view().serving).toBe(serving);
      expect(await admittedUnder({ factor: 0 }, 3, tickets)).toBe(0);
    });

    it('bounds the claims of those who were called before it, too', async () => {
      await configure({ limits: { sessions: 0 } });
      const tickets = await ticketsFor(people(30));
      await configure({ limits: { sessions: null } }, 2);
      await tick(500);
      expect(view().serving).toBe(30);
      await say({ perMinute: 60 });
      const first = await claim(tickets[0]!);
      expect(first).toMatchObject({ kind: 'retry', retryMs: 1_000 });
      await tick(1_000);
      expect((await claim(tickets[0]!)).kind).toBe('admitted');
      expect((await claim(tickets[1]!)).kind).toBe('retry');
    });

    it('is over at once when it is taken back', async () => {
      await configure();
      await say({ perMinute: 0 });
      await join(people(50));
      await say({});
      await tick(500);
      expect(view()).toMatchObject({ serving: 50, rate: { factor: 1, perMinute: null } });
    });

    it('that nobody says again lets the line go step by step, and is over when nobody waits', async () => {
      await configure();
      await say({ perMinute: 60 });
      await join(people(60));
      await tick(5_000);
      const { serving } = view();
      expect(serving).toBeLessThanOrEqual(6);
      await tick(5_000);
      expect(view().serving - serving).toBeGreaterThan(5);
      expect(view().serving - serving).toBeLessThanOrEqual(20);
      await tick(20_000);
      expect(view()).toMatchObject({ waiting: 0, state: 'open', rate: { factor: 1, perMinute: null } });
      expect((await join(people(200))).sessions).toHaveLength(200);
    });

    it('is no limit while nobody waits once it is older than 5 s', async () => {
      await configure();
      await say({ perMinute: 1 });
      await stage.clock.advance(5_001);
      expect((await join(people(200))).sessions).toHaveLength(200);
    });

    it('that is raised lets in 2 s worth of it at most at once', async () => {
      await configure();
      await say({ perMinute: 0 });
      await join(people(500));
      const { serving } = view();
      await say({ perMinute: 600 });
      await stage.clock.advance(60_000);
      await say({ perMinute: 600 });
      await stage.store.call(room);
      expect(view().serving - serving).toBeLessThanOrEqual(23);
    });

    it('is the rate that gateways share if the store is lost', async () => {
      await configure();
      await say({ perMinute: 120 });
      expect(view().share.perMinute).toBe(120);
    });
  });
}
