/** A stage is a whole deployment while it stands, and nothing of it is left when it is struck. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StagePlan } from '../../load-tests/rehearse/words.ts';
import { setStage } from '../../load-tests/stage/stage.ts';
import type { AdminAccess, Stage } from '../../load-tests/stage/words.ts';
import { tempFolder } from '../support/temp-folder.ts';

const RULE = {
  ...{ name: 'event', room: 'event-{eventid}' },
  match: { path: '/ereg/*', query: { eventid: '{eventid}' } },
};
const PLAN: StagePlan = {
  platforms: [
    {
      ...{ name: 'platform', targets: 2, databaseConnections: 20, queryMs: 1, idleSeconds: 600 },
      integrated: false,
    },
  ],
  ...{ gateways: 1, store: 'embedded', balancer: null, observer: false },
  config: {
    drain: { delaySeconds: 0 },
    rooms: { 'event-{eventid}': { limits: { sessions: 10 } }, site: {} },
    rules: [RULE],
    default: { room: 'site', upstream: 'platform' },
  },
};

/** Processes of the stage's folder, and of its platforms. */
function processesNaming(text: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => environmentOf(pid).includes(text));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

// Stages of other tests are set elsewhere.
beforeAll(async () => {
  process.env.TMPDIR = await tempFolder();
});

const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('headgate-stage-'));

describe('a stage', () => {
  let stage: Stage | undefined;
  afterEach(() => stage?.strike());

  const set = async (plan: StagePlan, signal = new AbortController().signal) => {
    const before = new Set(folders());
    stage = await setStage(plan, { compress: 1, signal });
    const folder = folders().find((name) => !before.has(name)) ?? '';
    return { stage, folder };
  };
  const statusOf = (url: string) => fetch(url).then((answer) => answer.status);
  const visit = (one: Stage) => statusOf(`${one.target.origins()[0]}/events`);

  it('serves visitors, tells its figures, and leaves nothing', async () => {
    const { stage, folder } = await set(PLAN);
    expect(await visit(stage)).toBe(200);
    await stage.look();
    expect(await stage.look()).toMatchObject({ 'line.waiting': 0, 'platform.failedShare': null });
    expect(processesNaming(folder).length).toBeGreaterThan(0);
    await stage.strike();
    await expect(visit(stage)).rejects.toThrow('fetch failed');
    expect(processesNaming(folder)).toEqual([]);
    expect(existsSync(`${tmpdir()}/${folder}`)).toBe(false);
  });

  it('a rule that was switched off by hand is back after the next deploy, and stays off where it is pinned', async () => {
    const { stage } = await set(PLAN);
    await stage.do({ kind: 'edit', config: { rules: [{ ...RULE, enabled: false }] } });
    await expect.poll(() => stage.atEnd(), POLL).toMatchObject({ 'rule.isActive': 0 });
    await stage.do({ kind: 'deploy', config: { passes: { requestsPerMinute: 500 } } });
    await expect.poll(() => stage.atEnd(), POLL).toMatchObject({ 'rule.isActive': 1 });
    const body = { path: 'rules.event.enabled', value: false, reason: 'it took the database down' };
    await stage.do({ kind: 'api', method: 'POST', path: '/v1/pins', body });
    await stage.do({ kind: 'deploy', config: { passes: { requestsPerMinute: 400 } } });
    await expect.poll(() => stage.atEnd(), POLL).toMatchObject({ 'rule.isActive': 0 });
  });

  it('serves again on the same address after a restart, of a gateway or of the platform', async () => {
    const { stage } = await set(PLAN);
    await stage.do({ kind: 'gateway-restart', which: 'each' });
    await stage.do({ kind: 'gateway-kill', which: 0 });
    await stage.do({ kind: 'platform-restart', platform: 'platform' });
    expect(await visit(stage)).toBe(200);
  });

  it('of several gateways behind a balancer has one store, and a platform that refuses who comes around them', async () => {
    const platforms = PLAN.platforms.map((platform) => ({ ...platform, targets: 1, integrated: true }));
    const { stage } = await set({
      ...{ ...PLAN, platforms, gateways: 2, store: 'redis', observer: true },
      balancer: { checkEverySeconds: 0.2 },
    });
    const [first, second] = stage.target.origins();
    expect([await visit(stage), await statusOf(`${second}/events`)]).toEqual([200, 200]);
    const { config } = await (stage.admin as AdminAccess).ask<{ config: string }>('GET', 'revisions/1');
    const [platform] = /http:\/\/127\.0\.0\.1:\d+/.exec(config) ?? [];
    expect(await statusOf(`${platform}/events`)).toBe(403);

    const killing = stage.do({ kind: 'gateway-kill', which: 0 });
    await expect.poll(() => stage.target.origins(), POLL).toEqual([second]);
    await killing;
    await expect.poll(() => stage.target.origins(), POLL).toEqual([first, second]);
    await stage.do({ kind: 'store-kill' });
    await stage.do({ kind: 'store-stop', forSeconds: 1 });
    await expect.poll(() => visit(stage), POLL).toBe(200);
  });

  it('says what it cannot do', async () => {
    const { stage } = await set(PLAN);
    expect(stage.cannot({ kind: 'store-kill' })).toBe(
      'the store is embedded: it is lost with its gateway alone',
    );
    expect(stage.cannot({ kind: 'gateway-kill', which: 1 })).toBe(
      'the stage has no gateway 1; the first is 0',
    );
    expect(stage.cannot({ kind: 'platform-restart', platform: 'other' })).toBe(
      'the stage has no platform other',
    );
  });

  it('that is given up while it is set leaves nothing', async () => {
    const before = folders();
    const over = new AbortController();
    const setting = setStage(PLAN, { compress: 1, signal: over.signal });
    setTimeout(() => over.abort(new Error('enough')), 500);
    await expect(setting).rejects.toThrow();
    expect(folders().filter((name) => !before.includes(name))).toEqual([]);
  });
});

const POLL = { timeout: 60_000 };
