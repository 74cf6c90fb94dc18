/** A finding is opened once, kept over restarts, and resolved when it is over: on the disk, in the audit log, to whoever listens. */
import { beforeEach, describe, expect, it } from 'vitest';
import { configOf } from '../../audit/coverage/stage.ts';
import { type CoverageStage, coverageStage, observation } from './coverage-stage.ts';

const rule = (hosts: string) =>
  `{ name: event registration, match: { hosts: [${hosts}], path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }`;
const CONFIG = configOf({ rules: [rule('register.example.com')] });

let stage: CoverageStage;
beforeEach(async () => {
  stage = await coverageStage(CONFIG);
});

const ask = (host: string, target = '/ereg/newreg.php?eventid=4711') => stage.gate.ask({ host, target });
const healthy = () => {
  for (let i = 0; i < 5; i++) ask('register.example.com', '/events');
};
const surge = () => {
  healthy();
  for (let i = 0; i < 5; i++) ask('m.example.com');
};
const actions = () =>
  stage.audit
    .list({ limit: 100 })
    .items.map(({ action }) => action)
    .reverse();

describe('a finding', () => {
  it('is opened once, with its rule, in the audit log and to whoever listens', () => {
    stage.pass(20, surge);
    const { findings, gate } = stage.coverage.report();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      id: 'finding-1',
      kind: 'event-outside-room',
      room: 'event-4711',
      resolvedAt: null,
    });
    expect(findings[0]?.proposedRule?.config).toContain('m.example.com');
    expect(gate).toMatchObject({ state: 'red', unqueuedShare: 0.5 });
    expect(actions()).toEqual(['finding.opened']);
    expect(stage.events.map(({ kind, room, severity }) => ({ kind, room, severity }))).toEqual([
      { kind: 'finding', room: 'event-4711', severity: 'critical' },
    ]);
    expect(stage.coverage.metrics()).toContain('headgate_findings{severity="critical"} 1\n');
  });

  it('stays the same one when the admin process starts again', () => {
    stage.pass(20, surge);
    const [before] = stage.coverage.report().findings;
    stage.restart();
    stage.pass(20, surge);
    const [after] = stage.coverage.report().findings;
    expect(after).toMatchObject({ id: before?.id, firstSeen: before?.firstSeen });
    expect(actions()).toEqual(['finding.opened']);
  });

  it('is resolved a minute after it was found last', () => {
    stage.pass(20, surge);
    stage.pass(105, healthy);
    expect(stage.coverage.report().findings).toHaveLength(1);
    stage.pass(20, healthy);
    expect(stage.coverage.report()).toMatchObject({
      findings: [],
      gate: { state: 'green', unqueuedShare: 0 },
    });
    expect(actions()).toEqual(['finding.opened', 'finding.resolved']);
    expect(stage.events.at(-1)?.summary).toMatch(/^Resolved: /);
    const [stored] = stage.coverage.findings.list({ limit: 10, open: false, rooms: null }).items;
    expect(stored?.resolvedAt).not.toBeNull();
  });

  it('is resolved in 5 s where its own proposal is activated, and the unqueued share is 0', () => {
    stage.pass(20, surge);
    stage.activate(stage.coverage.report().findings[0]?.proposedRule?.config ?? '');
    stage.pass(6, surge);
    expect(stage.coverage.report()).toMatchObject({
      findings: [],
      gate: { state: 'green', unqueuedShare: 0 },
    });
    expect(actions()).toEqual(['finding.opened', 'finding.resolved']);
  });

  it('another change of the rules resolves nothing that goes on', () => {
    stage.pass(20, surge);
    stage.activate(
      configOf({
        rules: [rule('register.example.com'), '{ name: help, match: { path: /help/* }, room: platform }'],
      }),
    );
    stage.pass(20, surge);
    expect(stage.coverage.report().findings.map(({ id }) => id)).toEqual(['finding-1']);
  });

  it('is told while the disk takes nothing, and written down once it does', () => {
    stage.isWritable = false;
    stage.pass(20, surge);
    expect(stage.coverage.report().findings).toHaveLength(1);
    expect(stage.events).toHaveLength(1);
    stage.isWritable = true;
    stage.pass(11, surge);
    expect(stage.coverage.findings.list({ limit: 10, open: true, rooms: null }).items).toHaveLength(1);
    expect(actions()).toEqual(['finding.opened']);
  });
});

describe('what nobody watches', () => {
  it('is unknown, never green', () => {
    stage.isHeard = false;
    stage.pass(1);
    const { gate, platform, outside } = stage.coverage.report();
    expect([gate.state, platform.state, outside.state]).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('is unknown again 30 s after the last word of an observer', () => {
    stage.coverage.observe(observation({ stamped: 1_000, unstamped: 0, byAddress: [] }));
    stage.pass(29);
    expect(stage.coverage.report().platform).toMatchObject({ state: 'green', stamped: 1_000, unstamped: 0 });
    stage.pass(1);
    expect(stage.coverage.report().platform.state).toBe('unknown');
  });
});

describe('around the gate', () => {
  it('5 % of the platform’s requests without a stamp are found in the next round, with path and networks', () => {
    stage.coverage.observe(observation());
    stage.pass(1);
    const { platform, findings } = stage.coverage.report();
    expect(platform).toMatchObject({ state: 'red', stamped: 950, unstamped: 50 });
    expect(findings[0]).toMatchObject({
      kind: 'around-the-gate',
      severity: 'critical',
      evidence: {
        host: 'origin.example.com',
        pathShape: '/ereg/newreg.php',
        share: 0.05,
        networks: ['0a1b2c3d'],
      },
    });
  });

  it('several observers add up, and each one’s last word counts', () => {
    stage.coverage.observe(observation({ unstamped: 900 }));
    stage.coverage.observe(observation());
    stage.coverage.observe(observation({ observer: 'platform-2' }));
    expect(stage.coverage.report().platform).toMatchObject({ stamped: 1_900, unstamped: 100, observers: 2 });
  });

  it('a request or two in a thousand are none', () => {
    stage.coverage.observe(observation({ unstamped: 4, stamped: 996 }));
    stage.pass(1);
    expect(stage.coverage.report()).toMatchObject({ platform: { state: 'green' }, findings: [] });
  });

  it('what was refused did not reach the platform, and wrong stamps are told apart', () => {
    const byAddress = [{ ...observation().byAddress[0], refused: 50 }] as ReturnType<
      typeof observation
    >['byAddress'];
    const wrong = { malformed: 0, unknownKey: 0, forged: 30, clock: 40 };
    stage.coverage.observe(observation({ refused: 50, byAddress, wrong }));
    stage.pass(1);
    expect(stage.coverage.report().findings.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['stamp-wrong', 'warning'],
      ['stamp-wrong', 'warning'],
    ]);
    expect(stage.coverage.report().platform).toMatchObject({ state: 'green', refused: 50 });
  });

  it('is unknown, never green, while an observer lacks the keys to judge by', () => {
    const { stamped, ...rest } = observation({ unstamped: 0, byAddress: [] });
    stage.coverage.observe({ ...rest, stamped: 0, unknown: stamped });
    expect(stage.coverage.report().platform).toMatchObject({ state: 'unknown', unknown: stamped });
  });
});

describe('the list of findings', () => {
  it('is told a page at a time, newest first, and organisers see their own rooms', () => {
    stage.coverage.observe(observation());
    stage.pass(20, surge);
    const { list } = stage.coverage.findings;
    const first = list({ limit: 1, open: true, rooms: null });
    const second = list({ limit: 1, open: true, rooms: null, cursor: first.next ?? '' });
    expect([first, second].map(({ items }) => items[0]?.kind)).toEqual([
      'event-outside-room',
      'around-the-gate',
    ]);
    expect(second.next).toBeNull();
    expect(list({ limit: 9, open: true, rooms: ['event-4711'] }).items).toHaveLength(1);
    expect(list({ limit: 9, open: true, rooms: ['event-12'] }).items).toEqual([]);
  });
});
