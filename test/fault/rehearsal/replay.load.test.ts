/** A day of 200,000 requests is replayed in a minute: each at its time within 1 % of the day, and by its address exactly. */

import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sendLoad } from '../../../load-tests/visitors/load.ts';
import { seededRandom } from '../../../load-tests/visitors/random.ts';
import { groupOf, planOf, targetOf } from '../../load-tests/load/a-load.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const LINES = 200_000;
const DAY_SECONDS = 86_400;
const COMPRESS = 1_440;
const WITHIN_MS = (DAY_SECONDS * 1_000) / COMPRESS / 100;

/** More around noon, each line with an address of its own: seconds of the day, in order. */
function madeDay(): number[] {
  const random = seededRandom(5);
  const middling = () => (random() + random()) / 2;
  return Array.from({ length: LINES }, () => Math.floor(middling() * DAY_SECONDS)).sort((a, b) => a - b);
}

const targetAt = (index: number) => `/ereg/newreg.php?eventid=4711&line=${index}`;

function written(atSeconds: number, index: number): string {
  const time = new Date(atSeconds * 1_000).toISOString().slice(11, 19);
  const client = `203.0.113.${index % 250}`;
  return `${client} - - [01/Sep/2026:${time} +0000] "GET ${targetAt(index)} HTTP/1.1" 200 512 "-" "Mozilla/5.0"`;
}

async function listen(onTarget: (target: string) => void): Promise<string> {
  const server = createServer((request, response) => {
    onTarget(request.url!);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUpLater(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('200,000 lines of a day come at their times within 1 %, and with their addresses exactly', async () => {
  const day = madeDay();
  const file = join(await tempFolder(), 'access.log');
  await writeFile(file, day.map(written).join('\n'));
  const cameMs = new Map<string, number>();
  const origin = await listen((target) => cameMs.set(target, performance.now()));
  const arrivals = { shape: 'log' as const, file, host: 'register.example.com', fromSeconds: 0 };
  const plan = planOf([groupOf({ arrivals })], { seconds: DAY_SECONDS, compress: COMPRESS });
  const load = await sendLoad(plan, targetOf(origin));
  const { figures, generator } = await load.done;

  expect(figures.visitors).toMatchObject({ came: LINES, left: LINES });
  expect(day.findIndex((_, index) => !cameMs.has(targetAt(index)))).toBe(-1);
  const firstMs = cameMs.get(targetAt(0))!;
  const astrayMs = day.map((atSeconds, index) => {
    const dueMs = ((atSeconds - day[0]!) * 1_000) / COMPRESS;
    return Math.abs(cameMs.get(targetAt(index))! - firstMs - dueMs);
  });
  const most = astrayMs.reduce((worst, ms) => Math.max(worst, ms), 0);
  console.log({ mostAstrayMs: most, delayMs: generator.delayMs, cpuShare: generator.cpuShare });
  if (!generator.isHonest) return console.log('invalid:', figures.invalidBecause);
  expect(most).toBeLessThan(WITHIN_MS);
});
