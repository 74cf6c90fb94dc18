/** Laws of targets: each gets its share, a bad one gets none, never more than half are judged away, and who comes back comes back slowly. */
import { describe, expect, it } from 'vitest';
import { chooseTarget } from '../../gateway/forward/choose-target.ts';
import { observationOf } from '../../gateway/forward/samples.ts';
import {
  ejectionMs,
  mayEject,
  outlierReason,
  rampShare,
  type TargetFigures,
} from '../../gateway/forward/target-health.ts';
import { TargetState } from '../../gateway/forward/target-state.ts';
import { protectionWith } from './protection-support.ts';
import {
  closedPort,
  startGate,
  startPlatform,
  startRawPlatform,
  until,
  upstreamSettings,
} from './support.ts';

const well: TargetFigures = { answers: 100, errorShare: 0, errorsInRow: 0, emptyShare: 0, p50Ms: 20 };

/** A fixed sequence of numbers in [0, 1). */
function fixedRandom(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

describe('the choice', () => {
  const target = (name: string, outstanding: number, effectiveWeight: number) => ({
    name,
    outstanding,
    effectiveWeight,
  });
  const shares = (targets: ReturnType<typeof target>[]) => {
    const random = fixedRandom();
    const counts: Record<string, number> = {};
    for (let i = 0; i < 10_000; i++) {
      const { name } = chooseTarget(targets, random)!;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };

  it('takes the target with the least in flight', () => {
    expect(shares([target('a', 3, 1), target('b', 2, 1), target('c', 5, 1)])).toEqual({ b: 10_000 });
  });

  it('breaks ties at random', () => {
    const { a, b } = shares([target('a', 2, 1), target('b', 2, 1), target('c', 3, 1)]);
    expect(a! / 10_000).toBeCloseTo(0.5, 1);
    expect(a! + b!).toBe(10_000);
  });

  it('shares an idle upstream by weight', () => {
    expect(shares([target('a', 0, 3), target('b', 0, 1)]).a! / 10_000).toBeCloseTo(0.75, 1);
  });

  it('gives a target that ramps up its small share, and no stampede', () => {
    expect(shares([target('back', 0, 0.1), target('a', 4, 1)]).back! / 10_000).toBeCloseTo(0.09, 1);
    expect(shares([target('back', 1, 0.1), target('a', 4, 1)]).back).toBeUndefined();
  });

  it('takes none whose weight is 0', () => {
    expect(chooseTarget([target('a', 0, 0)], fixedRandom())).toBeNull();
  });
});

describe('an answer', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'])(
    'of 200 without a body to %s is empty; one with a body, or of 204, is not',
    (method) => {
      const seen = [
        observationOf(method, 200, 0),
        observationOf(method, 200, 1),
        observationOf(method, 204, 0),
      ];
      expect(seen).toEqual(['empty', 'good', 'good']);
    },
  );

  it('that has no body by nature is not empty', () => {
    expect(['HEAD', 'OPTIONS'].map((method) => observationOf(method, 200, 0))).toEqual(['good', 'good']);
  });
});

describe('an outlier', () => {
  it('is a target whose errors its fellows do not share', () => {
    expect(outlierReason({ ...well, errorShare: 0.05, errorsInRow: 5 }, [well, well])).toBe('errors');
    expect(outlierReason({ ...well, errorShare: 0.6 }, [well, well])).toBe('errors');
    expect(outlierReason({ ...well, errorShare: 0.3, errorsInRow: 4 }, [well, well])).toBeNull();
  });

  it('is nobody when all have errors', () => {
    const bad = { ...well, errorShare: 1, errorsInRow: 50 };
    expect(outlierReason(bad, [bad, bad])).toBeNull();
  });

  it('is a target with empty bodies where its fellows have some', () => {
    const empty = { ...well, answers: 6, emptyShare: 0.8 };
    expect(outlierReason(empty, [well, well])).toBe('empty');
    expect(outlierReason(empty, [empty, empty])).toBeNull();
  });

  it('is no target whose few answers are the ones that are empty with its fellows too', () => {
    const beacons = { ...well, emptyShare: 0.1 };
    expect(outlierReason({ ...well, answers: 6, emptyShare: 0.8 }, [beacons, beacons])).toBeNull();
    expect(outlierReason({ ...well, answers: 20, emptyShare: 0.8 }, [beacons, beacons])).toBe('empty');
  });

  it('is a target far slower than its fellows', () => {
    expect(outlierReason({ ...well, p50Ms: 400 }, [well, well])).toBe('latency');
    expect(outlierReason({ ...well, p50Ms: 90 }, [well, well])).toBeNull(); // by factor, yet not by much
    expect(outlierReason({ ...well, p50Ms: 400, answers: 5 }, [well, well])).toBeNull(); // too little seen
  });

  it('is nobody without fellows, or beside fellows of which nothing is known', () => {
    const unasked = { ...well, answers: 0 };
    expect(outlierReason({ ...well, errorShare: 1, errorsInRow: 100 }, [unasked])).toBeNull();
    expect(outlierReason({ ...well, errorShare: 1, errorsInRow: 100 }, [])).toBeNull();
  });

  it('is ejected only while half of the targets stay', () => {
    const most = [1, 2, 3, 4, 5, 6].map((targets) => {
      let gone = 0;
      while (mayEject(targets, gone)) gone++;
      return gone;
    });
    expect(most).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('is out for longer each time, up to a bound', () => {
    expect([1, 2, 3, 10].map((count) => ejectionMs(count, 1_000))).toEqual([1_000, 2_000, 4_000, 32_000]);
  });
});

describe('a target', () => {
  const rules = { failures: 3, ejectionMs: 1_000, rampMs: 10_000, isChecked: false };

  it('is down after failures in a row, and comes back over the ramp', () => {
    const state = new TargetState(rules);
    state.connected(0);
    expect([state.connectFailed(), state.connectFailed(), state.status]).toEqual([false, false, 'up']);
    expect([state.connectFailed(), state.status, state.share(0)]).toEqual([true, 'down', 0]);
    expect(state.checked(true, 5_000)).toBe(true);
    expect([5_000, 7_500, 10_000, 15_000].map((at) => state.share(at))).toEqual([0.1, 0.25, 0.5, 1]);
  });

  it('that was never seen well is down at its first failure', () => {
    const state = new TargetState(rules);
    state.checked(false, 0);
    expect([state.status, state.reason]).toEqual(['down', 'connect']);
  });

  it('with checks is brought back by a good check alone', () => {
    const state = new TargetState({ ...rules, isChecked: true });
    state.checked(false, 0);
    expect([state.connected(10), state.status, state.reason]).toEqual([false, 'down', 'check']);
    expect([state.checked(true, 20), state.status]).toEqual([true, 'up']);
  });

  it('is ejected for longer each time, and forgiven after it was well for long', () => {
    const state = new TargetState(rules);
    const outFor = (from: number) => {
      state.eject('errors', from);
      let at = from;
      while (!state.tick(at)) at += 100;
      return at - from;
    };
    expect([outFor(0), outFor(2_000), outFor(5_000)]).toEqual([1_000, 2_000, 4_000]);
    state.tick(60_000);
    expect(outFor(60_000)).toBe(1_000);
  });

  it('takes all of its weight at once without a ramp', () => {
    expect(rampShare(0, 0)).toBe(1);
  });
});

describe('an upstream of several targets', () => {
  const ask = async (gate: { url: string }, times: number) => {
    const statuses: Record<number, number> = {};
    for (let i = 0; i < times; i++) {
      const { status, ...answer } = await fetch(gate.url).then(async (a) => ({
        status: a.status,
        text: await a.text(),
      }));
      expect(answer).toBeDefined();
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    return statuses;
  };
  const states = (gate: {
    forwarder: { upstreams(): Record<string, { targets: { status: string; reason: string | null }[] }> };
  }) =>
    gate.forwarder
      .upstreams()
      .platform!.targets.map(({ status, reason }) => (reason ? `${status}: ${reason}` : status));

  it('asks another target when one refuses the connection: no visitor notices', async () => {
    const good = await startPlatform((_request, response) => response.end('ok'));
    const leaving = await startPlatform((_request, response) => {
      response.setHeader('connection', 'close').end('ok');
    });
    const gate = await startGate(
      upstreamSettings([leaving.url, good.url], { health: { path: null, intervalMs: 60_000, failures: 3 } }),
    );
    await gate.forwarder.firstLook();
    while (leaving.requests === 0) await ask(gate, 1);
    await leaving.stop();
    const before = good.requests;
    while (states(gate)[0] === 'up') expect(await ask(gate, 1)).toEqual({ 200: 1 });
    expect(states(gate)).toEqual(['down: connect', 'up']);
    expect(good.requests - before).toBeGreaterThanOrEqual(3);
    expect(gate.forwarder.upstreams().platform!.status).toBe('degraded');
  });

  it('takes a target that starts later', async () => {
    const port = await closedPort();
    const gate = await startGate(upstreamSettings([`http://127.0.0.1:${port}`]));
    await gate.forwarder.firstLook();
    expect(gate.forwarder.upstreams().platform!.status).toBe('down');
    await startPlatform((_request, response) => response.end('ok'), port);
    await until(() => gate.forwarder.upstreams().platform!.status === 'ok');
    expect(await ask(gate, 1)).toEqual({ 200: 1 });
  });

  it('ejects the one that answers errors, and asks it again later', async () => {
    let isBroken = true;
    const flaky = await startPlatform((_request, response) =>
      response.writeHead(isBroken ? 500 : 200).end('x'),
    );
    const good = await startPlatform((_request, response) => response.end('ok'));
    const gate = await startGate(upstreamSettings([flaky.url, good.url]));
    while (states(gate)[0] === 'up') await ask(gate, 1);
    expect(states(gate)).toEqual(['ejected: errors', 'up']);
    const before = flaky.requests;
    expect(before).toBeGreaterThanOrEqual(5);
    isBroken = false;
    await until(() => states(gate)[0] === 'up');
    while (flaky.requests === before) await ask(gate, 1);
  });

  it('only tells of the one that it would eject where that is observed, and looks away where it is off', async () => {
    const sick = await startPlatform((_request, response) => response.writeHead(500).end('x'));
    const good = await startPlatform((_request, response) => response.end('ok'));
    const told: string[] = [];
    const gate = await startGate(upstreamSettings([sick.url, good.url]), {
      onTargetStatus: ({ target, status, reason }) => told.push(`${target} ${status}: ${reason}`),
    });
    gate.forwarder.follow(protectionWith({}, { eject: 'observe' }));
    while (told.length === 0) await ask(gate, 1);
    await ask(gate, 20);
    expect([told, states(gate)]).toEqual([[`${sick.url} outlier: errors`], ['up', 'up']]);
    gate.forwarder.follow(protectionWith({ mode: 'off' }));
    await ask(gate, 20);
    expect(told.length).toBe(1);
    gate.forwarder.follow(protectionWith());
    while (states(gate)[0] === 'up') await ask(gate, 1);
    expect(states(gate)).toEqual(['ejected: errors', 'up']);
  });

  it('ejects half of its targets where half are bad, and the others serve everybody', async () => {
    const bad = await Promise.all(
      [1, 2].map(() => startPlatform((_request, response) => response.writeHead(503).end())),
    );
    const good = await Promise.all(
      [1, 2].map(() => startPlatform((_request, response) => response.end('ok'))),
    );
    const gate = await startGate(
      upstreamSettings(
        [...bad, ...good].map(({ url }) => url),
        { health: { path: null, intervalMs: 60_000, failures: 3 } },
      ),
    );
    while (states(gate).filter((state) => state === 'up').length > 2) await ask(gate, 1);
    expect(states(gate)).toEqual(['ejected: errors', 'ejected: errors', 'up', 'up']);
    expect(await ask(gate, 40)).toEqual({ 200: 40 });
  });

  it('never ejects the only one', async () => {
    const only = await startPlatform((_request, response) => response.writeHead(503).end());
    const gate = await startGate(upstreamSettings([only.url]));
    expect(await ask(gate, 40)).toEqual({ 503: 40 });
    expect(states(gate)).toEqual(['up']);
  });

  it('ejects the one that answers with nothing where the other has something', async () => {
    const empty = await startPlatform((_request, response) => response.end());
    const good = await startPlatform((_request, response) => response.end('ok'));
    const gate = await startGate(upstreamSettings([empty.url, good.url]));
    while (states(gate)[0] === 'up') await ask(gate, 1);
    expect(states(gate)).toEqual(['ejected: empty', 'up']);
  });

  it('ejects the one that resets its connections', async () => {
    const broken = await startRawPlatform((socket) => socket.resetAndDestroy());
    const good = await startPlatform((_request, response) => response.end('ok'));
    const gate = await startGate(upstreamSettings([broken.url, good.url]));
    while (states(gate)[0] === 'up') await ask(gate, 1);
    expect(states(gate)).toEqual(['ejected: errors', 'up']);
  });

  it('never ejects more than half of its targets', async () => {
    const bad = await Promise.all(
      [1, 2, 3].map(() => startPlatform((_request, response) => response.writeHead(500).end())),
    );
    const good = await Promise.all(
      [1, 2].map(() => startPlatform((_request, response) => response.end('ok'))),
    );
    const gate = await startGate(
      upstreamSettings(
        [...bad, ...good].map(({ url }) => url),
        { health: { path: null, intervalMs: 60_000, failures: 3 } },
      ),
    );
    await ask(gate, 200);
    expect(states(gate).filter((state) => state.startsWith('ejected')).length).toBeLessThanOrEqual(2);
    expect(states(gate).slice(3)).toEqual(['up', 'up']);
  });

  it('ejects nobody for what all of them do', async () => {
    const bad = await Promise.all(
      [1, 2].map(() => startPlatform((_request, response) => response.writeHead(503).end())),
    );
    const gate = await startGate(upstreamSettings(bad.map(({ url }) => url)));
    expect(await ask(gate, 40)).toEqual({ 503: 40 });
    expect(states(gate)).toEqual(['up', 'up']);
  });

  it('is asked on its health path, and a target that fails there gets no request', async () => {
    let isWell = true;
    const checked = await startPlatform((request, response) => {
      if (request.url === '/health') response.writeHead(isWell ? 200 : 503).end();
      else response.end('checked');
    });
    const gate = await startGate(
      upstreamSettings([checked.url], { health: { path: '/health', intervalMs: 50, failures: 2 } }),
    );
    await gate.forwarder.firstLook();
    expect(states(gate)).toEqual(['up']);
    isWell = false;
    await until(() => states(gate)[0] === 'down: check');
    isWell = true;
    await until(() => states(gate)[0] === 'up');
  });

  it('still tries when all are down: an answer is worth more than a verdict', async () => {
    const sick = await startPlatform((request, response) =>
      response.writeHead(request.url === '/health' ? 503 : 200).end('ok'),
    );
    const gate = await startGate(
      upstreamSettings([sick.url], { health: { path: '/health', intervalMs: 50, failures: 1 } }),
    );
    await gate.forwarder.firstLook();
    expect(gate.forwarder.upstreams().platform!.status).toBe('down');
    expect(await ask(gate, 2)).toEqual({ 200: 2 });
  });

  it('has no target to send to when all weights are 0', async () => {
    const platform = await startPlatform((_request, response) => response.end('ok'));
    const gate = await startGate(upstreamSettings([{ url: platform.url, weight: 0 }]));
    expect(await (await fetch(gate.url)).text()).toBe('no-target');
    expect(platform.requests).toBe(0);
  });

  it('keeps the connections of targets that a reload leaves, and ends the others in peace', async () => {
    let finish = () => {};
    const left = await startPlatform((_request, response) => response.end('left'));
    const gone = await startPlatform((_request, response) => {
      finish = () => response.end('gone');
    });
    const gate = await startGate(upstreamSettings([gone.url]));
    const slow = fetch(gate.url).then((answer) => answer.text());
    await until(() => gone.requests === 1);
    gate.forwarder.reload({ platform: upstreamSettings([left.url]) });
    expect(await (await fetch(gate.url)).text()).toBe('left');
    const connections = left.connections;
    gate.forwarder.reload({ platform: upstreamSettings([{ url: left.url, weight: 5 }]) });
    expect(await (await fetch(gate.url)).text()).toBe('left');
    expect(left.connections).toBe(connections);
    finish();
    expect(await slow).toBe('gone');
    await until(() => gate.forwarder.upstreams().platform!.inFlight === 0);
  });
});
