/** Visitors who come while it is played. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Finding, Path } from '../../../../config/located.ts';
import type { LawContext, Sound } from '../laws.ts';
import type { WrittenArrivals } from '../schema/arrivals.ts';
import { secondsOf, type WrittenTime } from '../times.ts';

export function* arrivalsInTime({ visitors, seconds }: Sound): Iterable<Finding> {
  const end = secondsOf(seconds);
  for (const [name, { arrive }] of Object.entries(visitors)) {
    const path = ['visitors', name, 'arrive'];
    for (const [keys, time] of timesOf(arrive))
      if (secondsOf(time) > end)
        yield {
          path: [...path, ...keys],
          rule: 'outside',
          text: `${time} is after the scenario’s end (${seconds})`,
        };
    yield* inOrder(arrive, path);
  }
}

function timesOf(arrive: WrittenArrivals): [Path, WrittenTime][] {
  switch (arrive.shape) {
    case 'step':
    case 'ramp':
      return [
        [['from'], arrive.from],
        ...(arrive.until === undefined ? [] : [[['until'], arrive.until] as [Path, WrittenTime]]),
      ];
    case 'email':
      return arrive.waves.map(({ at }, index) => [['waves', index, 'at'], at]);
    case 'countdown':
      return [[['opensAt'], arrive.opensAt]];
    case 'log':
      return [[['from'], arrive.from]];
  }
}

function* inOrder(arrive: WrittenArrivals, path: Path): Iterable<Finding> {
  if (arrive.shape === 'countdown' && secondsOf(arrive.early) > secondsOf(arrive.opensAt))
    yield {
      path: [...path, 'early'],
      rule: 'outside',
      text: `${arrive.early} before the opening at ${arrive.opensAt} is before the scenario begins`,
    };
  if (arrive.shape !== 'step' && arrive.shape !== 'ramp') return;
  if (arrive.until !== undefined && secondsOf(arrive.until) <= secondsOf(arrive.from))
    yield {
      path: [...path, 'until'],
      rule: 'order',
      text: `${arrive.until} must be after \`from\` (${arrive.from})`,
    };
}

/** As many people as other shapes may tell of: each is gone through before any is sent. */
const MOST_ARRIVALS = 10_000_000;

export function* arrivalsCanBeSent({ visitors, seconds }: Sound): Iterable<Finding> {
  for (const [name, { arrive }] of Object.entries(visitors)) {
    if (arrive.shape !== 'step' && arrive.shape !== 'ramp') continue;
    const isStep = arrive.shape === 'step';
    const perMinute = isStep ? arrive.perMinute : (arrive.fromPerMinute + arrive.toPerMinute) / 2;
    const minutes = (secondsOf(arrive.until ?? seconds) - secondsOf(arrive.from)) / 60;
    const count = Math.round(perMinute * minutes);
    if (count <= MOST_ARRIVALS) continue;
    yield {
      path: ['visitors', name, 'arrive', isStep ? 'perMinute' : 'toPerMinute'],
      rule: 'maximum',
      text: `${count} visitors would come in all; at most ${MOST_ARRIVALS} can be sent`,
    };
  }
}

export function* staysInOrder({ visitors }: Sound): Iterable<Finding> {
  for (const [name, { stay }] of Object.entries(visitors))
    if (stay !== undefined && secondsOf(stay.least) > secondsOf(stay.most))
      yield {
        path: ['visitors', name, 'stay', 'least'],
        rule: 'order',
        text: `${stay.least} must not be longer than \`most\` (${stay.most})`,
      };
}

export function* logsAreThere({ visitors }: Sound, { folder }: LawContext): Iterable<Finding> {
  for (const [name, { arrive }] of Object.entries(visitors)) {
    if (arrive.shape !== 'log' || statSync(resolve(folder, arrive.file), { throwIfNoEntry: false })?.isFile())
      continue;
    yield {
      path: ['visitors', name, 'arrive', 'file'],
      rule: 'file',
      text: `${JSON.stringify(arrive.file)} is no file beside the scenario`,
    };
  }
}
