/** How long an override holds: as long as it was given, whatever the wall clock does, and not a moment longer. */
import { describe, expect, it } from 'vitest';
import { createInForce } from '../../gateway/overrides/in-force.ts';
import type { StoredOverride } from '../../gateway/overrides/override-file.ts';
import { handClock } from '../store/hand-clock.ts';

const MINUTE_MS = 60_000;

function stage() {
  const clock = handClock();
  const give = (minutes: number, id = 'a', room = 'event-1'): StoredOverride => {
    const since = clock.wallMs();
    return {
      ...{ id, room, action: 'pause', limit: null, reason: 'why' },
      ...{ since, until: since + minutes * MINUTE_MS },
    };
  };
  const folder = (...overrides: StoredOverride[]) => ({ overrides, damaged: [] });
  return { clock, give, folder, inForce: createInForce(clock) };
}

describe('an override', () => {
  it('holds from when it is seen until its time is over, to the millisecond', () => {
    const { clock, give, folder, inForce } = stage();
    const given = give(10);
    clock.advance(900);
    expect(inForce.see(folder(given))).toEqual({ began: [given], ended: [], over: [] });
    clock.advance(10 * MINUTE_MS - 901);
    expect(inForce.of('event-1')).toBe(given);
    clock.advance(1);
    expect(inForce.of('event-1')).toBeUndefined();
    expect(inForce.all()).toEqual([]);
    expect(inForce.see(folder(given)).ended).toEqual([{ override: given, why: 'over' }]);
  });

  it.each([
    ['ahead', 60],
    ['back', -60],
  ])('a wall clock that jumps an hour %s neither ends nor stretches it', (_way, minutes) => {
    const { clock, give, folder, inForce } = stage();
    const given = give(10);
    inForce.see(folder(given));
    clock.jump(minutes * MINUTE_MS);
    clock.advance(10 * MINUTE_MS - 1);
    inForce.see(folder(given));
    expect(inForce.of('event-1')).toBe(given);
    clock.advance(1);
    expect(inForce.of('event-1')).toBeUndefined();
    // Where its file cannot be removed it stays over, whatever the wall clock says.
    inForce.see(folder(given));
    expect(inForce.see(folder(given))).toEqual({ began: [], ended: [], over: [given] });
  });

  it('a gateway that starts anew obeys what is left of it, at most what was given', () => {
    const { clock, give, folder } = stage();
    const given = give(10);
    clock.advance(4 * MINUTE_MS);
    const restarted = createInForce(clock);
    restarted.see(folder(given));
    clock.advance(6 * MINUTE_MS - 1);
    expect(restarted.of('event-1')).toBe(given);
    clock.advance(1);
    expect(restarted.of('event-1')).toBeUndefined();
    expect(createInForce(clock).see(folder(given))).toEqual({ began: [], ended: [], over: [given] });

    clock.jump(-600 * MINUTE_MS);
    const setBack = createInForce(clock);
    setBack.see(folder(given));
    clock.advance(10 * MINUTE_MS);
    expect(setBack.of('event-1')).toBeUndefined();
  });

  it('ends when its file goes, and gives way to a newer one', () => {
    const { give, folder, inForce } = stage();
    const [first, second] = [give(10), give(5, 'b')];
    inForce.see(folder(first));
    expect(inForce.see(folder(second))).toEqual({
      ...{ began: [second], over: [] },
      ended: [{ override: first, why: 'replaced' }],
    });
    expect(inForce.see(folder()).ended).toEqual([{ override: second, why: 'lifted' }]);
    expect(inForce.of('event-1')).toBeUndefined();
  });

  it('a file that became unreadable neither lifts nor stretches it', () => {
    const { clock, give, inForce, folder } = stage();
    const given = give(10);
    inForce.see(folder(given));
    const damaged = [{ file: 'event-1.json', room: 'event-1', why: 'it is not a JSON object' }];
    inForce.see({ overrides: [], damaged });
    expect(inForce.of('event-1')).toBe(given);
    clock.advance(10 * MINUTE_MS);
    expect(inForce.see({ overrides: [], damaged }).ended).toEqual([{ override: given, why: 'over' }]);
  });

  it('is its room’s alone', () => {
    const { give, folder, inForce } = stage();
    inForce.see(folder(give(10), give(10, 'b', 'event-2')));
    expect([inForce.of('event-1')?.id, inForce.of('event-2')?.id]).toEqual(['a', 'b']);
    expect(inForce.of('event-3')).toBeUndefined();
  });
});
