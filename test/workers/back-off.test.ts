/** Back-off: who crashes again and again is started ever more rarely, and a time of health forgives. */
import { describe, expect, it } from 'vitest';
import { BACK_OFF, createBackOff } from '../../gateway/workers/back-off.ts';

describe('back-off', () => {
  it('doubles from 1 s to 30 s', () => {
    const backOff = createBackOff(BACK_OFF);
    const waits = Array.from({ length: 7 }, () => backOff.nextMs(0));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('begins anew after a minute of health, and not after less', () => {
    const backOff = createBackOff(BACK_OFF);
    for (let crash = 0; crash < 4; crash++) backOff.nextMs(0);
    expect(backOff.nextMs(59_999)).toBe(16_000);
    expect(backOff.nextMs(60_000)).toBe(1_000);
  });
});
