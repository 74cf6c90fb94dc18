/** Sends spellings of paths over raw sockets to a gate whose one room is full, and says which of them the platform got. */
import { readFileSync } from 'node:fs';
import { carelessClass } from '../request/lenient-reader.ts';
import { mutate, seededRandom } from '../request/path-mutations.ts';
import { startGateway } from '../support/gateway-process.ts';
import { ask, NAVIGATION } from '../support/http-client.ts';
import { openRaw, type RawConnection } from '../support/raw-http.ts';
import { type RecordingPlatform, respond, startRecordingPlatform } from '../support/recording-platform.ts';
import { fieldOf, type StrictRequest } from '../support/strict-requests.ts';

export interface Spelling {
  url: string;
  /** What the gate did with it. */
  status: number;
  state: string;
}

export interface Trial {
  spellings: Spelling[];
  /** What the platform got, by the number of the spelling. */
  arrived: Map<number, StrictRequest>;
  faults: string[];
}

const PATHS = ['/ereg/newreg.php', '/ereg', '/ereg/step/2', '/assets/app.css', '/ereg/a.css', '/other/page'];

/** `/assets/*` and `*.css` are bypassed, `/ereg/*` is full, all else is a room that is full as well. */
export async function startFullGate(): Promise<{ url: string; platform: RecordingPlatform }> {
  const platform = await startRecordingPlatform();
  platform.answer = () => respond(200);
  const gate = await startGateway({
    config: `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms:
  ereg: { limits: { sessions: 0 } }
  rest: { limits: { sessions: 0 } }
rules:
  - { name: assets, match: { path: /assets/* }, action: bypass }
  - { name: styles, match: { path: "/*.css" }, action: bypass }
  - { name: ereg, match: { path: /ereg/* }, room: ereg }
default: { room: rest, upstream: platform }
`,
  });
  for (const path of ['/ereg/', '/']) {
    const { state } = await ask(gate.url + path, { headers: NAVIGATION });
    if (state !== 'waiting') throw new Error(`${path} is not full: ${state}`);
  }
  platform.forget();
  return { url: gate.url, platform };
}

/** The corpus of traps, as it is sent. */
export function traps(): string[] {
  const text = readFileSync(new URL('../request/corpora/path-traps.txt', import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line.includes('\t'));
  return lines.map((line) =>
    line
      .split('\t')[0]!
      .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}

export function mutations(count: number, seed: number): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => mutate(PATHS[random(PATHS.length)]!, random));
}

/** Over so many connections at once; one that the gate closes is opened anew. */
export async function tryAll(
  gate: { url: string; platform: RecordingPlatform },
  urls: readonly string[],
  connections = 8,
): Promise<Trial> {
  const trial: Trial = { spellings: new Array(urls.length), arrived: new Map(), faults: [] };
  let next = 0;
  const work = async () => {
    let open: { connection: RawConnection; answered: number } | null = null;
    while (next < urls.length) {
      const at = next++;
      open ??= { connection: await openRaw(gate.url), answered: 0 };
      open.connection.write(`GET ${urls[at]} HTTP/1.1\r\nHost: register.example.com\r\nX-Id: ${at}\r\n\r\n`);
      const { answers, isClosed } = await open.connection.read(++open.answered);
      const answer = answers[open.answered - 1];
      const state = answer?.headers.find(([name]) => name === 'headgate-state')?.[1] ?? 'none';
      trial.spellings[at] = { url: urls[at]!, status: answer?.status ?? 0, state };
      const closes =
        answer?.headers.some(([name, value]) => name === 'connection' && value === 'close') ?? true;
      if (isClosed || closes || open.answered >= 20) {
        open.connection.close();
        open = null;
      }
    }
    open?.connection.close();
  };
  await Promise.all(Array.from({ length: connections }, work));
  for (const request of gate.platform.requests) trial.arrived.set(Number(fieldOf(request, 'x-id')), request);
  trial.faults.push(...gate.platform.faults);
  gate.platform.forget();
  return trial;
}

/** What went wrong, in words; empty: the law held. */
export function judge({ spellings, arrived, faults }: Trial): string[] {
  const wrong = [...faults];
  spellings.forEach(({ url, status, state }, at) => {
    const request = arrived.get(at);
    const told = `${JSON.stringify(url)} → ${status} ${state}`;
    if (status !== 200 && status !== 400 && status !== 503)
      wrong.push(`${told}: neither let by, told to wait, nor refused`);
    if ((state === 'bypassed') !== (request !== undefined))
      wrong.push(`${told}, yet the platform got ${request?.target ?? 'nothing'}`);
    if (request && carelessClass(request.target) !== 'bypass')
      wrong.push(`${told}: the platform got ${request.target}, which it may read as protected`);
    if (request && !isCanonical(request.target))
      wrong.push(`${told}: sent on as ${request.target}, which has another reading`);
  });
  return wrong;
}

/** A strict reader finds nothing to resolve in it. */
function isCanonical(target: string): boolean {
  const path = target.split('?', 1)[0]!;
  const resolved = new URL(path, 'http://h').pathname;
  return (
    path === resolved &&
    !path.includes('//') &&
    !/%(2[fe]|5c|00|25[0-9a-f]{2})/i.test(path) &&
    /^[!-~]+$/.test(target)
  );
}

export function counts({ spellings }: Trial): Record<string, number> {
  const by: Record<string, number> = {};
  for (const { state } of spellings) by[state] = (by[state] ?? 0) + 1;
  return by;
}
