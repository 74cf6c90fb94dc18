/** The rails: who has not agreed is not loaded, and hears of it at most one question. */
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAbortWatch } from '../../load-tests/rehearse/rails/abort.ts';
import { judgePlan } from '../../load-tests/rehearse/rails/judge.ts';
import { isSamePlace, placeOf } from '../../load-tests/rehearse/rails/place.ts';
import { judgeProduction } from '../../load-tests/rehearse/rails/production.ts';
import type { NamedTarget } from '../../load-tests/rehearse/rails/words.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { type CommandEnd, headgate } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';

const TOKEN = 'we-agree-4711';
const WELL_KNOWN = '/.well-known/headgate-rehearsal';

interface Witness {
  url: string;
  asked: string[];
}

/** A server that remembers every request. */
async function witness(answer: RequestListener): Promise<Witness> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUpLater(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const agrees: RequestListener = (request, response) =>
  response.end(request.url === WELL_KNOWN ? TOKEN : 'a page');

let folder: string;
beforeAll(async () => {
  folder = await tempFolder();
});

interface Rehearsed {
  target: Record<string, unknown>;
  addresses?: string[];
  named?: string;
  visitors?: number;
  more?: readonly string[];
}

/** `headgate rehearse --launch summit --target staging`, as a process. */
async function rehearse({
  target,
  addresses = ['https://register.example.com/ereg/newreg.php?eventid=4711'],
  named = 'staging',
  visitors = 20,
  more = [],
}: Rehearsed): Promise<CommandEnd> {
  const config = join(folder, `${crypto.randomUUID()}.yaml`);
  const launch = { name: 'summit', room: 'event-4711', opensAt: '2030-12-01T15:00:00Z', addresses };
  const written = {
    upstreams: { platform: { targets: ['http://127.0.0.1:9'] } },
    rooms: { 'event-{eventid}': {}, platform: {} },
    rules: [
      {
        name: 'registration',
        match: { path: '/ereg/*', query: { eventid: '{eventid}' } },
        room: 'event-{eventid}',
      },
    ],
    default: { room: 'platform', upstream: 'platform' },
    launches: [launch],
    rehearsal: { targets: { staging: { token: TOKEN, ...target } } },
  };
  await writeFile(config, JSON.stringify(written));
  const args = ['--config', config, '--target', named, '--launch', 'summit', '--visitors', String(visitors)];
  return headgate(['rehearse', ...args, ...more], { HEADGATE_DATA: folder });
}

describe('a target that must not be loaded is refused with exit 2', () => {
  it('when the configuration does not name it: it hears nothing', async () => {
    const target = await witness(agrees);
    const { code, stdout, stderr } = await rehearse({ target: { url: target.url }, named: 'stagin' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      'the configuration names no target "stagin" under rehearsal.targets; did you mean "staging"?',
    );
    expect(target.asked).toEqual([]);
  });

  it('when it does not answer the token: it hears the one question', async () => {
    const target = await witness((_request, response) => response.end('a page'));
    const { code, stderr } = await rehearse({ target: { url: target.url } });
    expect(code).toBe(2);
    expect(stderr).toContain('it answered something else');
    expect(target.asked).toEqual([`GET ${WELL_KNOWN}`]);
  });

  it('when it has no such path', async () => {
    const target = await witness((_request, response) => response.writeHead(404).end(TOKEN));
    const { code, stderr } = await rehearse({ target: { url: target.url } });
    expect(code).toBe(2);
    expect(stderr).toContain('it answered 404');
    expect(target.asked).toEqual([`GET ${WELL_KNOWN}`]);
  });

  it('when it redirects to a host that does agree: that host hears nothing', async () => {
    const other = await witness(agrees);
    const target = await witness((_request, response) =>
      response.writeHead(302, { location: `${other.url}${WELL_KNOWN}` }).end(TOKEN),
    );
    const { code, stderr } = await rehearse({ target: { url: target.url } });
    expect(code).toBe(2);
    expect(stderr).toContain(`redirected to another host (${new URL(other.url).host})`);
    expect(target.asked).toEqual([`GET ${WELL_KNOWN}`]);
    expect(other.asked).toEqual([]);
  });

  it('when nobody answers there', async () => {
    const { code, stderr } = await rehearse({ target: { url: 'http://127.0.0.1:9' } });
    expect(code).toBe(2);
    expect(stderr).toContain('it did not answer (ECONNREFUSED)');
  });

  it('when it is where a launch’s real visitors come, however it is written: it hears nothing', async () => {
    const target = await witness(agrees);
    const { port } = new URL(target.url);
    for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]']) {
      const addresses = [`http://${host}:${port}/ereg/newreg.php?eventid=4711`];
      const { code, stderr } = await rehearse({ target: { url: target.url }, addresses });
      expect(code).toBe(2);
      expect(stderr).toContain('where real visitors of the launch "summit" come');
    }
    expect(target.asked).toEqual([]);
  });

  it('when more is planned than it allows: it hears nothing', async () => {
    const target = await witness(agrees);
    const url = { url: target.url, mostPerSecond: 5 };
    const { code, stderr } = await rehearse({ target: url, visitors: 5_000 });
    expect(code).toBe(2);
    expect(stderr).toMatch(/up to \d+ requests a second are planned, and .*mostPerSecond allows 5/);
    expect(target.asked).toEqual([]);
  });

  it('also where its capacity is looked for', async () => {
    const target = await witness((_request, response) => response.end('a page'));
    const { code } = await rehearse({ target: { url: target.url }, more: ['--find-capacity'] });
    expect(code).toBe(2);
    expect(target.asked).toEqual([`GET ${WELL_KNOWN}`]);
  });
});

describe('a target under another name', () => {
  const NAMES: Readonly<Record<string, readonly string[]>> = {
    'staging.example.com': ['192.0.2.7', '2001:db8::7'],
    'register.example.com': ['192.0.2.1', '2001:0db8:0::7'],
    'elsewhere.example.com': ['192.0.2.2'],
    'own.example.com': ['127.0.1.1'],
    '192.0.2.7': ['192.0.2.7'],
  };
  const resolve = async (host: string) => {
    const found = NAMES[host];
    if (found === undefined) throw new Error('ENOTFOUND');
    return found;
  };
  const led = (url: string, address: string, production = false) =>
    judgePlan(
      { ...staging, url, production },
      { launches: launchesAt(address) },
      { peakPerSecond: 1 },
      resolve,
    );

  it.each([
    ['https://staging.example.com', 'https://register.example.com/x'],
    ['http://192.0.2.7:8443', 'https://staging.example.com:8443/x'],
    ['http://own.example.com:8080', 'http://127.0.0.1:8080/x'],
  ])('%s is refused where it leads to the address and port of %s', async (url, address) => {
    const railed = await led(url, address);
    expect(railed).toMatchObject({ kind: 'refused', because: expect.stringContaining('leads to') });
    expect((await led(url, address, true)).kind).toBe('allowed');
  });

  it.each([
    ['https://staging.example.com', 'https://elsewhere.example.com/x'],
    ['https://staging.example.com', 'https://register.example.com:8443/x'],
    ['https://staging.example.com', 'https://not-yet.example.com/x'],
  ])('%s is not taken for %s', async (url, address) =>
    expect((await led(url, address)).kind).toBe('allowed'),
  );

  it('that nobody knows is refused, even where production may be loaded', async () => {
    for (const production of [false, true])
      expect(
        await led('https://nowhere.example.com', 'https://register.example.com/x', production),
      ).toMatchObject({ kind: 'refused', because: expect.stringContaining('name leads nowhere') });
  });

  it('is looked up by the command, which ends with 2', async () => {
    const { code, stdout, stderr } = await rehearse({ target: { url: 'http://nowhere.invalid' } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('rehearsal.targets.staging.url');
  });
});

describe('--dry', () => {
  it('says what would be sent, and sends nothing, not even the question', async () => {
    const target = await witness(agrees);
    const { code, stdout } = await rehearse({ target: { url: target.url }, more: ['--dry', '--json'] });
    expect(code).toBe(0);
    const dry = JSON.parse(stdout);
    expect(dry).toMatchObject({
      ...{ target: 'staging', origin: target.url, visitors: 20, mostPerSecond: 200 },
      addresses: ['https://register.example.com/ereg/newreg.php'],
      rails: { allowed: true, because: null },
    });
    expect(dry.peakPerSecond).toBeGreaterThan(0);
    expect(target.asked).toEqual([]);
  });

  it('says that a production address must not be loaded', async () => {
    const target = await witness(agrees);
    const addresses = [`${target.url}/ereg/newreg.php?eventid=4711`];
    const { code, stdout } = await rehearse({ target: { url: target.url }, addresses, more: ['--dry'] });
    expect(code).toBe(2);
    expect(stdout).toContain('must not be sent');
  });
});

const staging: NamedTarget = {
  ...{ name: 'staging', url: 'https://staging.example.com', token: TOKEN, mostPerSecond: 200 },
  ...{ production: false, admin: null, adminTokenFile: null, stats: null },
};

function judged(url: string, address: string, production = false): string {
  return judgeProduction({ ...staging, url, production }, { launches: launchesAt(address) }).kind;
}

function launchesAt(address: string) {
  const launch = { name: 'summit', room: 'r', opensAtMs: 0, prequeueMinutes: 0, draw: false };
  return [{ ...launch, addresses: [address], expectedPeakPerMinute: null }];
}

describe('a production address', () => {
  it.each([
    ['https://register.example.com', 'https://register.example.com/x'],
    ['https://REGISTER.example.com', 'https://register.example.com/x'],
    ['https://register.example.com.', 'https://register.example.com/x'],
    ['https://register.example.com:443', 'https://register.example.com/x'],
    ['http://register.example.com', 'https://register.example.com/x'],
    ['https://register.example.com:8443', 'https://register.example.com/x'],
    ['http://[2001:DB8:0:0::1]', 'https://[2001:db8::1]/x'],
    ['http://[::ffff:192.0.2.7]', 'http://192.0.2.7/x'],
    ['http://3221225991', 'http://192.0.2.7/x'],
    ['http://127.0.0.1:8080', 'http://localhost:8080/x'],
    ['http://[::1]:8080', 'http://127.0.0.1:8080/x'],
    ['http://app.localhost', 'http://127.1:80/x'],
  ])('%s is known as %s', (url, address) => {
    expect(judged(url, address)).toBe('refused');
    expect(judged(url, address, true)).toBe('allowed');
  });

  it.each([
    ['https://staging.example.com', 'https://register.example.com/x'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:9090/x'],
  ])('%s is not taken for %s', (url, address) => expect(judged(url, address)).toBe('allowed'));

  it('with a user name in it is refused even where production may be loaded', () =>
    expect(judged('https://register.example.com@staging.example.com', 'https://x.example/', true)).toBe(
      'refused',
    ));

  it('is no place at all where its scheme is not the web’s', () => {
    expect(placeOf('ftp://register.example.com')).toBeNull();
    expect(isSamePlace(placeOf('http://a.example')!, placeOf('https://a.example:99')!)).toBe(true);
  });
});

describe('a target that suffers', () => {
  const bounds = { errorShare: 0.2, overSeconds: 5, mostPerSecond: 100 };
  const look = (second: number, failedShare: number | null, requestsPerSecond = 50) => ({
    ...{ atMs: second * 1_000, failedShare, requestsPerSecond },
  });

  it('is left alone once its errors have been too many for the time', () => {
    const watch = createAbortWatch(bounds);
    const seconds = [0, 1, 2, 3, 4, 5].map((second) => watch(look(second, 0.5)));
    expect(seconds.slice(0, 5)).toEqual([null, null, null, null, null]);
    expect(seconds[5]).toBe(
      'the target failed 50 % of the requests, and more than rehearsal.abort.errorShare (20 %) for 5 s',
    );
  });

  it('is not for errors that end in time', () => {
    const watch = createAbortWatch(bounds);
    const shares = [0.5, 0.5, 0.5, 0.1, 0.5, 0.5, 0.5, 0.2];
    expect(shares.map((share, second) => watch(look(second, share)))).toEqual(shares.map(() => null));
  });

  it('is at once where more is sent than it allows', () => {
    const watch = createAbortWatch(bounds);
    expect(watch(look(0, 0, 101))).toBe('101 requests a second were sent; mostPerSecond allows 100');
  });
});
