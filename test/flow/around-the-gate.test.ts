/** Whoever walks around the gate is seen from within the platform and from outside, and what nobody watches is never green. */
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type AroundOutcome,
  type AroundStage,
  launchAt,
  PERSON,
  runAround,
  runRefused,
  STRAIGHT_FROM,
  STRAIGHT_HOST,
  STRAIGHT_SHARE,
  startAround,
} from '../fault/control/around-the-gate.ts';
import { untilSo } from '../support/within.ts';

const WAIT_MS = 60_000;
const FORM = '/ereg/newreg.php?eventid=4711';

describe('one request in twenty straight to a platform whose observer tells', () => {
  let seen: AroundOutcome;
  beforeAll(async () => {
    seen = await runAround();
  }, 120_000);

  test('is found, with host, path and network tags, and its share', () => {
    expect(seen.finding).toMatchObject({
      severity: 'critical',
      evidence: {
        ...{ host: STRAIGHT_HOST, pathShape: '/events/{id}', examples: ['/events/{id}'] },
        networks: [expect.stringMatching(/^[0-9a-f]{8}$/)],
      },
    });
    expect(seen.state).toBe('red');
    expect(Math.abs(seen.finding.evidence.share - STRAIGHT_SHARE)).toBeLessThanOrEqual(0.01);
    expect(Math.abs(seen.finding.evidence.share - seen.booksShare)).toBeLessThanOrEqual(0.01);
  });

  test('leaves nobody’s address, and no value of a query, anywhere', () => {
    expect(seen.told).toContain('around-the-gate');
    const network = STRAIGHT_FROM.slice(0, STRAIGHT_FROM.lastIndexOf('.'));
    for (const secret of [network, PERSON]) expect(seen.told).not.toContain(secret);
  });
});

test('an observer that refuses turns away all of it, and nothing that came through the gate', async () => {
  const { gated, straight, coverage } = await runRefused();
  expect(Object.keys(straight)).toEqual(['403']);
  expect(Object.keys(gated)).toEqual(['200']);
  // What was turned away has not reached the platform.
  expect(coverage.platform.state).toBe('green');
  expect(coverage.findings.map(({ kind }) => kind)).not.toContain('around-the-gate');
}, 120_000);

describe('where nobody watches', () => {
  test('the platform’s part, the outside part and their readiness items are unknown', async () => {
    const stage = await startAround({ observer: 'none', more: () => launchAt([]) });
    await untilSo(WAIT_MS, 'the gateway is heard of', async () => {
      const { items } = await stage.api.get<{ items: unknown[] }>('gateways');
      return items.length === 1;
    });
    const { platform, outside } = await stage.coverage();
    expect([platform.state, outside.state]).toEqual(['unknown', 'unknown']);
    for (const item of ['observer-heard', 'prober-sees-the-marker', 'direct-path-refused'])
      expect(await stage.readiness(item), item).toBe('unknown');
  });
});

describe('asked from outside', () => {
  const probing = (own: string) => `audit: { probe: { everySeconds: 1, platform: ["${own}${FORM}"] } }\n`;
  const kinds = async (stage: AroundStage) => (await stage.coverage()).findings.map(({ kind }) => kind);
  const untilOutside = (stage: AroundStage, state: string) =>
    untilSo(WAIT_MS, `outside is ${state}`, async () => (await stage.coverage()).outside.state === state);
  const untilFound = (stage: AroundStage, kind: string) =>
    untilSo(WAIT_MS, kind, async () => (await kinds(stage)).includes(kind));

  test('a platform that answers strangers is an open way around', async () => {
    const stage = await startAround({
      observer: 'none',
      more: (own) => probing(own) + launchAt([]),
    });
    await untilOutside(stage, 'red');
    await untilFound(stage, 'probe-direct-path-open');
    expect(await stage.readiness('direct-path-refused')).toBe('red');
  });

  test('a platform that refuses them is none', async () => {
    const stage = await startAround({
      observer: 'refuses',
      more: (own) => probing(own) + launchAt([]),
    });
    await untilOutside(stage, 'green');
    expect(await kinds(stage)).not.toContain('probe-direct-path-open');
    expect(await stage.readiness('direct-path-refused')).toBe('green');
    expect((await stage.coverage()).platform.state).toBe('green');
  });

  test('a launch’s public address without the gate’s marker is found, and is green once it leads through the gate', async () => {
    const stage = await startAround({
      observer: 'none',
      more: (own) => `audit: { probe: { everySeconds: 1 } }\n${launchAt([own + FORM])}`,
    });
    await untilOutside(stage, 'red');
    await untilFound(stage, 'probe-not-gated');
    expect(await stage.readiness('prober-sees-the-marker')).toBe('red');
    await stage.reload(`audit: { probe: { everySeconds: 1 } }\n${launchAt([stage.gateway.url + FORM])}`);
    await untilOutside(stage, 'green');
    expect(await stage.readiness('prober-sees-the-marker')).toBe('green');
  });
});
