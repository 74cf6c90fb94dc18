/** A play does what its scenario says, tells all of it, and ends whenever it is told to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type PlayOptions, play } from '../../load-tests/rehearse/play/play.ts';
import type { VisitorGroup } from '../../load-tests/rehearse/visitor-words.ts';
import type { Deed, Expectation, Moment, Scenario } from '../../load-tests/rehearse/words.ts';
import type { Stage } from '../../load-tests/stage/words.ts';
import { cleanUpLater } from '../support/clean-up.ts';

const COMPRESS = 10;

async function site(): Promise<string> {
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html', 'headgate-state': 'allowed' }).end('<p>Hello'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUpLater(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stageOf(change: Partial<Stage> = {}): Promise<Stage> {
  const origin = await site();
  return {
    name: 'demo',
    target: {
      ...{ origins: () => [origin], onRefused: 'next', prefix: '/.headgate', cookiePrefix: 'hg' },
      ...{ headers: {}, keepHost: true },
    },
    admin: null,
    platforms: [],
    beginsAtMs: null,
    cannot: () => null,
    do: async () => {},
    look: async () => ({ 'line.waiting': 3, 'admitted.perMinute': 600 }),
    atEnd: async () => ({ 'drift.reported': 0 }),
    findings: async () => [],
    revision: async () => 7,
    configText: async () => 'rooms: {}',
    strike: async () => {},
    ...change,
  };
}

const VISITORS: VisitorGroup = {
  name: 'visitors',
  kind: 'browser',
  addresses: [{ url: 'http://register.example.com/events', weight: 1 }],
  arrivals: { shape: 'step', fromSeconds: 0, untilSeconds: 20, perMinute: 30 },
  behaviour: {
    ...{ stay: { least: 0, most: 1 }, fillsForm: false, leaves: false, loadsAssets: false, noShowShare: 0 },
    ...{ impatience: null, twoTabsShare: 0, sleepers: null, backButtonShare: 0, retries: 0 },
    ...{ patienceSeconds: 5, numbers: 1, comesWhenCalled: true, networks: null },
  },
};

const SHORT_LINE: Expectation = {
  ...{ name: 'short-line', figure: 'line.waiting', over: 'most', fromSeconds: 0, untilSeconds: 30 },
  ...{ bound: { kind: 'at-most', value: 5 }, meaning: '', advice: '' },
};

function scenarioOf(moments: readonly Moment[] = []): Scenario {
  return {
    ...{
      name: 'short',
      title: 'Short',
      summary: '',
      seconds: 30,
      compress: COMPRESS,
      form: null,
      failsBy: [],
    },
    stage: { platforms: [], gateways: 1, store: 'embedded', balancer: null, observer: false, config: {} },
    ...{ groups: [VISITORS], moments, expectations: [SHORT_LINE] },
  };
}

const OPTIONS: PlayOptions = {
  ...{ seed: 1, compress: COMPRESS, visitors: null, launch: null, workers: 0 },
  signal: new AbortController().signal,
};

const edit = (name: string): Deed => ({ kind: 'edit', config: { name } });

describe('a play', () => {
  it('sends who comes, looks each second, and judges in the scenario’s own time', async () => {
    const scenes: number[] = [];
    const options = { ...OPTIONS, onScene: ({ atSeconds }: { atSeconds: number }) => scenes.push(atSeconds) };
    const report = await play(scenarioOf(), await stageOf(), options);
    expect(report).toMatchObject({
      revision: 7,
      endedEarly: null,
      scenario: 'short',
      checks: [{ held: true }],
    });
    expect(report.figures).toMatchObject({ 'visitors.came': 10, 'visitors.longestLine': 3 });
    expect(report.series.of['admitted.perMinute']?.[0]).toBe(60);
    expect(report.series.atSeconds).toEqual(scenes);
    expect(scenes.at(-1)).toBeGreaterThanOrEqual(29);
  });

  it('does one deed after the other, in order, and tells what could not be done', async () => {
    const done: string[] = [];
    const stage = await stageOf({
      cannot: (deed) => (deed.kind === 'store-kill' ? 'there is no store' : null),
      async do(deed) {
        if (deed.kind === 'store-stop') throw new Error('no such process');
        done.push(JSON.stringify(deed));
      },
    });
    const moments: Moment[] = [
      { atSeconds: 12, says: 'second', does: edit('b') },
      { atSeconds: 2, says: 'first', does: edit('a') },
      { atSeconds: 4, says: 'not here', does: { kind: 'store-kill' } },
      { atSeconds: 16, says: 'fails', does: { kind: 'store-stop', forSeconds: 1 } },
    ];
    const report = await play(scenarioOf(moments), stage, OPTIONS);
    expect(done).toEqual([JSON.stringify(edit('a')), JSON.stringify(edit('b'))]);
    expect(report.moments.map(({ says, failed }) => [says, failed])).toEqual([
      ['first', null],
      ['not here', 'there is no store'],
      ['second', null],
      ['fails', 'no such process'],
    ]);
    // What was not played as it is written says nothing.
    expect(report.verdict).toBe('invalid');
    expect(report.invalidBecause).toContain('“fails” could not be done: no such process');
  });

  it('ends at once when it is told to, with a report of what was seen until then', async () => {
    const over = new AbortController();
    const options = {
      ...OPTIONS,
      signal: over.signal,
      onScene: () => over.abort(new Error('enough was seen')),
    };
    const report = await play(scenarioOf(), await stageOf(), options);
    expect(report.endedEarly).toBe('enough was seen');
    expect(report.verdict).not.toBe('held');
    expect(report.series.atSeconds).toHaveLength(1);
  });

  it('is over however little the stage tells', async () => {
    const nothing = async () => {
      throw new Error('gone');
    };
    const stage = await stageOf({
      atEnd: nothing,
      findings: nothing,
      revision: nothing,
      configText: nothing,
    });
    const report = await play(scenarioOf(), stage, OPTIONS);
    expect(report).toMatchObject({ revision: 0, findings: [], checks: [{ held: true }] });
  });
});
