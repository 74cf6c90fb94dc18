/** What is announced for a time that is over: told when somebody asks, by the asker's clock, and not at each start and reload. */
import { parseTime } from '../formats.ts';
import { byPlace, type Located, locate, type Positions } from '../located.ts';
import type { Config } from '../schema.ts';

/** Windows as they were written, so that each is told at its line. */
export function pastMaintenance({ rooms }: Config, positions: Positions, nowMs: number): Located[] {
  return Object.entries(rooms)
    .flatMap(([key, { maintenance }]) =>
      maintenance.flatMap(({ until }, index) =>
        parseTime(until)! > nowMs
          ? []
          : [
              {
                path: ['rooms', key, 'maintenance', index, 'until'],
                rule: 'maintenance-over',
                text: `${until} is past: nobody is kept out by this window any more`,
              },
            ],
      ),
    )
    .map((finding) => locate(finding, positions))
    .sort(byPlace);
}
