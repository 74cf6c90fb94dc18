/** Crowds that wait for a room to open: held to a rate before it does, or the opening would let all of them in at once. */
import { expect, it } from 'vitest';
import { CALM, ControllerStage, room } from './controller-stage.ts';

it.each([
  ['a gate that knows nothing yet', 1],
  ['a gate that knows a calm day', 600],
])('people who wait behind a closed room without limits have a rate before it opens: %s', (_, seconds) => {
  const stage = new ControllerStage().run(seconds, { rooms: {} });
  stage.rooms = { event: room({ waiting: 5_000, isClosed: true }) };
  stage.run(2, { rooms: {} });
  const { perMinute } = stage.orders.rooms.event ?? { perMinute: null };
  expect(perMinute).toBeGreaterThan(0);
  expect(perMinute).toBeLessThanOrEqual(600);
});

/** Who is let in asks for six answers. */
const askedBy = (admitted: number) =>
  Object.fromEntries(
    Object.entries(CALM).map(([name, one]) => [name, { ...one, perSecond: 2 + 2 * admitted }]),
  );

it('a crowd behind a closed room takes nothing from another one, and nobody decides anything', () => {
  const stage = new ControllerStage().run(60, { rooms: {} });
  stage.rooms = { closed: room({ waiting: 5_000, isClosed: true }), event: room() };
  stage.run(10, { rooms: { event: { newcomers: 1.5, admitted: 1.5 } } });
  expect(stage.orders.rooms.event).toBeUndefined();
  expect(stage.kinds()).toEqual([]);
});

it('one or two who wait are no crowd', () => {
  const stage = new ControllerStage().run(60, { rooms: {} });
  stage.rooms = { event: room({ waiting: 2 }) };
  stage.run(5, { rooms: {} });
  expect(stage.orders.rooms).toEqual({});
});

it('the crowd is let in as fast as the platform bears it, and then the room is held to nothing', () => {
  const stage = new ControllerStage().run(60, { rooms: {} });
  let waiting = 2_000;
  for (let second = 0; second < 300 && waiting > 0; second++) {
    stage.rooms = { event: room({ waiting: Math.ceil(waiting) }) };
    const admitted = (stage.orders.rooms.event?.perMinute ?? 0) / 60;
    stage.run(1, { rooms: { event: { admitted } }, routes: askedBy(admitted) });
    waiting -= admitted;
  }
  expect(waiting).toBeLessThanOrEqual(0);
  stage.rooms = { event: room() };
  stage.run(120, { rooms: {} });
  expect(stage.orders.rooms).toEqual({});
  expect(stage.kinds()).toContain('engage');
  expect(stage.kinds()).toContain('disengage');
});
