/** Times of a scenario in a gate's configuration become times of the clock: openings and maintenance. Pure. */
import { isPlain, type Plain } from '../../stage/stage-config.ts';
import { isTime, secondsOf } from './times.ts';

/** `beginsAtMs`: epoch ms at which the scenario begins. A time with a date stays as it is. */
export function placedInTime(config: Plain, beginsAtMs: number, compress: number): Plain {
  const onClock = (written: unknown) =>
    isTime(written)
      ? new Date(Math.round(beginsAtMs + (secondsOf(written) * 1_000) / compress)).toISOString()
      : written;
  return {
    ...config,
    ...(Array.isArray(config.launches) && {
      launches: config.launches.map((one) => withKeys(one, ['opensAt'], onClock)),
    }),
    ...(isPlain(config.rooms) && { rooms: eachRoom(config.rooms, onClock) }),
  };
}

function eachRoom(rooms: Plain, change: (value: unknown) => unknown): Plain {
  return Object.fromEntries(
    Object.entries(rooms).map(([name, room]) => {
      if (!isPlain(room) || !Array.isArray(room.maintenance)) return [name, room];
      return [
        name,
        { ...room, maintenance: room.maintenance.map((one) => withKeys(one, ['from', 'until'], change)) },
      ];
    }),
  );
}

function withKeys(section: unknown, keys: readonly string[], change: (value: unknown) => unknown): unknown {
  if (!isPlain(section)) return section;
  const changed = keys.filter((key) => key in section).map((key) => [key, change(section[key])]);
  return { ...section, ...Object.fromEntries(changed) };
}
