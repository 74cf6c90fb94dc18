/** A day's access log is replayed: each line at its time, to its address as written. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { arrivalTimes } from '../../../load-tests/visitors/load.ts';
import { seededRandom } from '../../../load-tests/visitors/random.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { groupOf, load, planOf, serve, targetOf } from './a-load.ts';

const DAY_MS = Date.UTC(2026, 8, 1);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Line {
  atSeconds: number;
  method: string;
  target: string;
}

/** As nginx writes it, in whole seconds. */
function written({ atSeconds, method, target }: Line, index: number): string {
  const at = new Date(DAY_MS + atSeconds * 1_000);
  const [day, time] = at.toISOString().split(/[T.]/) as [string, string];
  const date = `${day.slice(8)}/${MONTHS[at.getUTCMonth()]}/${day.slice(0, 4)}:${time} +0000`;
  return `203.0.113.${index % 200} - - [${date}] "${method} ${target} HTTP/1.1" 200 512 "-" "Mozilla/5.0"`;
}

const TARGETS = [
  '/ereg/newreg.php?eventid=4711',
  '/events/4711',
  '/a/../b//c?x=%2e%2E&x=1',
  '/caf\u00c3\u00a9',
  '/assets/app.css',
];

function madeDay(lines: number, seconds: number): Line[] {
  const random = seededRandom(3);
  return Array.from({ length: lines }, (_, index) => ({
    atSeconds: Math.floor((index * seconds) / lines),
    method: random() < 0.9 ? 'GET' : 'POST',
    target: `${TARGETS[Math.floor(random() * TARGETS.length)]}${index % 3 === 0 ? '' : `#${index}`}`.split(
      '#',
    )[0]!,
  }));
}

async function fileOf(lines: readonly Line[], isPacked = false): Promise<string> {
  const file = join(await tempFolder(), 'access.log');
  const text = Buffer.from(`${lines.map(written).join('\n')}\n`, 'latin1');
  await writeFile(file, isPacked ? gzipSync(text) : text);
  return file;
}

function replayOf(file: string) {
  const arrivals = { shape: 'log' as const, file, host: 'register.example.com', fromSeconds: 10 };
  return groupOf({ arrivals, addresses: [] });
}

test.each([false, true])(
  '200,000 lines come at their times and with their addresses exactly (packed: %s)',
  async (isPacked) => {
    const day = madeDay(200_000, 86_400);
    const came = [...arrivalTimes(replayOf(await fileOf(day, isPacked)), 1)];
    expect(came).toHaveLength(day.length);
    const wrong = came.filter(({ atSeconds, address, method }, index) => {
      const line = day[index]!;
      const isRight =
        atSeconds === 10 + line.atSeconds &&
        address === `http://register.example.com${line.target}` &&
        method === (line.method === 'GET' ? 'GET' : 'HEAD');
      return !isRight;
    });
    expect(wrong.slice(0, 3)).toEqual([]);
  },
);

test('lines that stand a little out of order come in order', async () => {
  const at = (atSeconds: number): Line => ({ atSeconds, method: 'GET', target: `/${atSeconds}` });
  const file = await fileOf([0, 3, 1, 2, 20, 19, 40].map(at));
  expect([...arrivalTimes(replayOf(file), 1)].map(({ address }) => address.split('/').at(-1))).toEqual([
    '0',
    '1',
    '2',
    '3',
    '19',
    '20',
    '40',
  ]);
});

test('no client address leaves the log', async () => {
  const file = await fileOf(madeDay(10, 10));
  expect(JSON.stringify([...arrivalTimes(replayOf(file), 1)])).not.toContain('203.0.113');
});

test('a server is asked for each line once, byte by byte', async () => {
  const asked: Array<{ method: string; target: string }> = [];
  const origin = await serve((request, response) => {
    asked.push({ method: request.method!, target: request.url! });
    response.end();
  });
  // A server of Node takes no bytes beyond ASCII in an address.
  const day = madeDay(2_000, 1_000).filter(({ target }) => !target.startsWith('/caf'));
  const sent = await load(
    planOf([replayOf(await fileOf(day))], { seconds: 2_000, compress: 250 }),
    targetOf(origin),
    { workers: 2 },
  );
  const { figures } = await sent.done;
  expect(figures.visitors).toMatchObject({ came: day.length, left: day.length });
  const texts = (lines: readonly { method: string; target: string }[]) =>
    lines.map(({ method, target }) => `${method === 'GET' ? 'GET' : 'HEAD'} ${target}`).sort();
  expect(texts(asked)).toEqual(texts(day));
  expect(figures.requests).toMatchObject({ sent: day.length, failed: 0 });
});
