/** From outside: launches' addresses show the gate's marker, the platform's own address refuses; asked as a stranger, one round at a time. */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createProbe } from '../../../admin/coverage/probe.ts';
import { outsideState, probeFindings } from '../../../admin/coverage/probe-findings.ts';
import { createProber } from '../../../admin/coverage/prober.ts';
import type { Settings } from '../../../config/settings.ts';
import { configOf, settingsOf } from '../../audit/coverage/stage.ts';
import { cleanUpLater } from '../../support/clean-up.ts';

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  cleanUpLater(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (status: number, state?: string) =>
  serve((_, response) => {
    response.writeHead(status, state === undefined ? {} : { 'headgate-state': state }).end('{}');
  });

function proberOf(addresses: string[], platform: string[] = [], timeoutMs = 2_000) {
  const launches =
    addresses.length === 0
      ? []
      : [
          `{ name: summit, room: event-4711, opensAt: 2026-12-01T15:00:00Z, addresses: ${JSON.stringify(addresses)} }`,
        ];
  const settings = settingsOf(configOf({ rules: [], launches }));
  const audit = { ...settings.audit, probe: { everySeconds: 1, timeoutMs, platform } };
  const { probe, close } = createProbe(false);
  cleanUpLater(close);
  const all: Settings = { ...settings, audit };
  return createProber({
    settings: () => all,
    probe: { launch: probe, platform: probe },
    clock: { wallMs: () => 0 },
  });
}

async function probed(addresses: string[], platform: string[] = [], timeoutMs = 2_000) {
  const prober = proberOf(addresses, platform, timeoutMs);
  await prober.round();
  return prober.results();
}

const statesOf = async (results: ReturnType<typeof probed>) => (await results).map(({ state }) => state);

describe('a launch’s address', () => {
  it('is gated where the gate’s marker is, whatever it says', async () => {
    for (const state of ['waiting', 'admitted', 'paused', 'failed'])
      expect(await statesOf(probed([`${await answering(503, state)}/ereg?eventid=4711`]))).toEqual(['green']);
  });

  it('is not without it, nor past every line', async () => {
    const results = await probed([
      `${await answering(200)}/ereg?eventid=4711`,
      `${await answering(200, 'bypassed')}/b`,
    ]);
    expect(results.map(({ state }) => state)).toEqual(['red', 'red']);
    expect(outsideState(results)).toBe('red');
    const found = probeFindings(results);
    expect(found.map(({ kind, severity, room }) => ({ kind, severity, room }))).toEqual(
      Array(2).fill({ kind: 'probe-not-gated', severity: 'critical', room: 'event-4711' }),
    );
    expect(JSON.stringify([found, results])).not.toContain('4711?');
    expect(JSON.stringify(results)).not.toContain('eventid');
  });

  it('that cannot be asked is unknown, never green', async () => {
    const silent = await serve(() => {});
    const results = await probed(['http://no-such-host.invalid/', `${silent}/`], [], 200);
    expect(results.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    expect(outsideState(results)).toBe('unknown');
    expect(probeFindings(results)).toEqual([]);
  });

  it('is asked without cookies, as a program that takes no place, and no redirect is followed', async () => {
    const asked: IncomingMessage[] = [];
    const url = await serve((request, response) => {
      asked.push(request);
      response
        .writeHead(302, { location: '/elsewhere', 'set-cookie': 'a=b', 'headgate-state': 'admitted' })
        .end();
    });
    const prober = proberOf([`${url}/ereg`]);
    await prober.round();
    await prober.round();
    expect(
      asked.map(({ method, url: path, headers }) => [method, path, headers.accept, headers.cookie]),
    ).toEqual(Array(2).fill(['GET', '/ereg', 'application/json', undefined]));
  });

  it('may answer without end', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'headgate-state': 'allowed' });
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.once('close', () => clearInterval(timer));
    });
    expect(await statesOf(probed([`${url}/`]))).toEqual(['green']);
  });
});

describe('the platform’s own address', () => {
  it('is closed where it refuses, and where nobody listens', async () => {
    for (const status of [401, 403, 404])
      expect(await statesOf(probed([], [await answering(status)]))).toEqual(['green']);
    expect(await statesOf(probed([], ['http://127.0.0.1:1/']))).toEqual(['green']);
  });

  it('is open where it answers', async () => {
    for (const status of [200, 302, 500]) {
      const results = await probed([], [await answering(status)]);
      expect(probeFindings(results).map(({ kind }) => kind)).toEqual(['probe-direct-path-open']);
    }
  });

  it('that breaks connections is unknown: that is no refusal', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await statesOf(probed([], [url]))).toEqual(['unknown']);
  });

  it('that leads to the gate is no way around it', async () =>
    expect(await statesOf(probed([], [await answering(200, 'admitted')]))).toEqual(['green']));
});

describe('rounds', () => {
  it('nothing to ask is unknown', async () => expect(outsideState(await probed([]))).toBe('unknown'));

  it('never two at once', async () => {
    let count = 0;
    let answer = () => {};
    const url = await serve((_, response) => {
      count += 1;
      answer = () => response.end();
    });
    const prober = proberOf([`${url}/`]);
    const rounds = [prober.round(), prober.round(), prober.round()];
    while (count === 0) await new Promise((next) => setImmediate(next));
    answer();
    await Promise.all(rounds);
    expect(count).toBe(1);
  });

  it('follow one another until it is stopped', async () => {
    let count = 0;
    let told = () => {};
    const twice = new Promise<void>((done) => {
      told = done;
    });
    const url = await serve((_, response) => {
      response.end();
      if (++count === 2) told();
    });
    const prober = proberOf([`${url}/`]);
    prober.start();
    await twice;
    prober.stop();
  });
});
