/** A gateway as the admin process sees it: takes what is published, counts requests, reports. */
import { revisionFor } from '../../gateway/control/effective.ts';
import type { ControlLink } from '../../gateway/control/link.ts';
import type { CommandAnswer, GatewayReport, Published } from '../../gateway/control/words.ts';

export interface FakeGateway {
  report: GatewayReport;
  /** Requests a second, of which so many fail while it runs this revision. */
  perSecond: number;
  failing(revision: number): number;
  latencyMs(revision: number): number;
  /** Not heard of any more, and deaf. */
  isDead: boolean;
  refuses: ((revision: number) => string | null) | null;
  /** Every revision that it ever ran. */
  ran: number[];
  answer(command: Published['commands'][number]): CommandAnswer;
  tick(seconds: number): Promise<void>;
}

const BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

export function fakeGateway(id: string, link: ControlLink, wallMs: () => number): FakeGateway {
  let document: Published | null = null;
  const window: { failed: number; forwarded: number }[] = [];

  function follow(next: Published): void {
    document = next;
    const { number } = revisionFor(next, id);
    const reason = gateway.refuses?.(number) ?? null;
    const { report } = gateway;
    report.serial = next.serial;
    report.refused = reason === null ? null : { serial: next.serial, revision: number, reason };
    if (reason !== null || number === report.revision) return;
    report.revision = number;
    report.totals = { revision: number, seconds: 0, forwarded: 0, failed: 0, unqueued: 0, latency: [] };
    // Requests that were judged by other rules are not counted any more.
    window.length = 0;
    gateway.ran.push(number);
  }

  function serve(seconds: number): void {
    const { report, perSecond } = gateway;
    const { totals } = report;
    const latency = [...totals.latency, ...BOUNDS, 0]
      .slice(0, BOUNDS.length + 1)
      .map((_, index) => totals.latency[index] ?? 0);
    const bucket = BOUNDS.findIndex((bound) => gateway.latencyMs(report.revision) <= bound);
    const forwarded = perSecond * seconds;
    const failed = forwarded * gateway.failing(report.revision);
    latency[bucket] = (latency[bucket] ?? 0) + forwarded;
    report.totals = {
      ...totals,
      seconds: totals.seconds + seconds,
      forwarded: totals.forwarded + forwarded,
      failed: totals.failed + failed,
      latency,
    };
    window.push({ failed, forwarded });
    if (window.length * seconds > 60) window.shift();
    report.traffic = traffic(window);
  }

  const gateway: FakeGateway = {
    report: emptyReport(id),
    perSecond: 20,
    failing: () => 0,
    latencyMs: () => 20,
    isDead: false,
    refuses: null,
    ran: [],
    answer: () => ({ kind: 'refused', reason: 'not asked for in this test' }),
    async tick(seconds) {
      if (gateway.isDead) return;
      const next = await link.published(document?.serial ?? 0);
      if (next !== null) follow(next);
      for (const command of document?.commands ?? [])
        if (command.to === 'all' || command.to.gateway === id)
          gateway.report.answers[command.id] ??= gateway.answer(command);
      serve(seconds);
      gateway.report.wallMs = wallMs();
      await link.report(structuredClone(gateway.report));
    },
  };
  return gateway;
}

function traffic(window: readonly { failed: number; forwarded: number }[]): GatewayReport['traffic'] {
  const forwarded = window.reduce((sum, one) => sum + one.forwarded, 0);
  const failed = window.reduce((sum, one) => sum + one.failed, 0);
  const address = {
    ...{ host: 'register.example.com', pathShape: '/ereg/newreg.php', room: 'platform', outcome: 'allowed' },
    ...{ rule: null, class: 'registration', names: null, requests: forwarded, notFound: 0, totalMs: 0 },
  };
  const byAddress = [{ ...address, forwarded, failed, examples: [] }];
  return { windowSeconds: 60, requests: forwarded, forwarded, others: 0, byAddress };
}

export function emptyReport(gateway: string): GatewayReport {
  return {
    ...{
      gateway,
      host: 'host-1',
      pid: 4711,
      version: '1.0.0',
      wallMs: 0,
      startedAt: '2026-01-01T00:00:00.000Z',
    },
    ...{ serial: 0, revision: 0, from: 'file', refused: null, fileDiffers: [], fileError: null },
    keys: { current: ['k1'], held: ['k1'], lacking: [] },
    builds: [],
    ...{ ready: true, store: 'ok', upstreams: { platform: 'ok' } },
    totals: { revision: 0, seconds: 0, forwarded: 0, failed: 0, unqueued: 0, latency: [] },
    traffic: { windowSeconds: 60, requests: 0, forwarded: 0, others: 0, byAddress: [] },
    ...{ rooms: [], roomCount: 0, inFlight: [], inFlightCount: 0, decisions: [], overrides: [], answers: {} },
  };
}
