/** A configuration at a faster pace: what is told of an hour holds for the minutes in which it is played. */
import { expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import { apiAtPace, configAtPace } from '../../load-tests/rehearse/scenario/pace.ts';
import { placedInTime } from '../../load-tests/rehearse/scenario/placed-in-time.ts';
import { readScenario } from '../../load-tests/rehearse/scenario/read-scenario.ts';
import { asText, onStage, type Plain } from '../../load-tests/stage/stage-config.ts';

const room = (config: Plain) => (config.rooms as Record<string, unknown>).a;

it('rates are as many times higher, times as many times shorter, and people are people', () => {
  const limits = { sessions: 100, admissionsPerMinute: 60, seats: 500 };
  const session = { idleSeconds: 300, maxSeconds: 1_800, submitGraceSeconds: 600 };
  expect(room(configAtPace({ rooms: { a: { limits, session, claimSeconds: 120 } } }, 6))).toEqual({
    limits: { sessions: 100, admissionsPerMinute: 360, seats: 500 },
    session: { idleSeconds: 50, maxSeconds: 300, submitGraceSeconds: 100 },
    claimSeconds: 20,
  });
});

it('what is not written has its default at the scenario’s own pace', () => {
  expect(room(configAtPace({ rooms: { a: null } }, 6))).toEqual({
    session: { idleSeconds: 100, maxSeconds: 600, submitGraceSeconds: 100 },
    claimSeconds: 20,
  });
});

it('a limit that is open stays open, and what is no number is left to be refused', () => {
  const limits = { sessions: null, admissionsPerMinute: null };
  expect(room(configAtPace({ rooms: { a: { limits } } }, 6))).toMatchObject({ limits });
  expect(room(configAtPace({ rooms: { a: { claimSeconds: 'soon' } } }, 6))).toMatchObject({
    claimSeconds: 'soon',
  });
});

it('a called visitor has the time to ask, however fast it is played', () => {
  expect(room(configAtPace({ rooms: { a: { claimSeconds: 120 } } }, 60))).toMatchObject({ claimSeconds: 15 });
  // It is never longer than it was written.
  expect(room(configAtPace({ rooms: { a: { claimSeconds: 4 } } }, 60))).toMatchObject({ claimSeconds: 4 });
});

it('at its own pace it is as it was written', () => {
  const config = { rooms: { a: {} } };
  expect(configAtPace(config, 1)).toBe(config);
});

it.each([0.1, 2, 6, 33, 100])('a gate takes it, %d times as fast', (compress) => {
  const parts = { targets: { platform: ['http://127.0.0.1:9'] }, redisUrl: null, keysFolder: '.' };
  const { config } = readScenario('launch').stage;
  const read = parseConfig(asText(configAtPace(onStage(config, parts), compress)), 'headgate.yaml', {});
  expect(read.ok ? [] : read.errors).toEqual([]);
});

it('what an operator asks of a room holds at the pace, too', () => {
  const api = (path: string, body: Plain) => ({ kind: 'api', method: 'PATCH', path, body }) as const;
  const asked = { limits: { sessions: 50, admissionsPerMinute: 30 } };
  expect(apiAtPace(api('/v1/rooms/event-1', asked), 10).body).toEqual({
    limits: { sessions: 50, admissionsPerMinute: 300 },
  });
  const pin = { path: 'rooms.event-1.limits.admissionsPerMinute', value: 30, reason: 'calm' };
  expect(apiAtPace(api('/v1/pins', pin), 10).body).toEqual({ ...pin, value: 300 });
  const other = { path: 'rules.a.enabled', value: true };
  expect(apiAtPace(api('/v1/pins', other), 10).body).toEqual(other);
});

it('an opening at a time of the scenario is a time of the clock', () => {
  const config = {
    launches: [{ opensAt: '2m' }, { opensAt: '2026-12-01T15:00:00Z' }],
    rooms: { a: { maintenance: [{ from: 60, until: '1m30s' }] } },
  };
  const beginsAtMs = Date.parse('2026-11-30T10:00:00Z');
  expect(placedInTime(config, beginsAtMs, 6)).toEqual({
    launches: [{ opensAt: '2026-11-30T10:00:20.000Z' }, { opensAt: '2026-12-01T15:00:00Z' }],
    rooms: { a: { maintenance: [{ from: '2026-11-30T10:00:10.000Z', until: '2026-11-30T10:00:15.000Z' }] } },
  });
});
