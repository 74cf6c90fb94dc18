/** Alerts and dashboard: they ask for metrics that exist, and every alert has a word on what to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { adminMetrics } from '../../admin/admin-metrics.ts';
import { findingMetrics } from '../../admin/coverage/finding-metrics.ts';
import { createDeliveryFigures } from '../../admin/notify/figures.ts';
import { createMetrics } from '../../gateway/observe/metrics.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface Alert {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: Record<string, string>;
}
interface Panel {
  id: number;
  gridPos: { x: number; y: number; w: number; h: number };
  title: string;
  type: string;
  datasource?: { uid: string };
  targets?: { expr: string; datasource: { uid: string } }[];
}

const groups = (parse(read('config/prometheus-rules.yaml')) as { groups: { name: string; rules: Alert[] }[] })
  .groups;
const alerts = groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(read('config/grafana-dashboard.json')) as {
  panels: Panel[];
  templating: { list: { name: string; type: string; query: unknown }[] };
};
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const operating = read('docs/operating.md');

/** Prometheus' own, and Node's defaults that are asked for. */
const FOREIGN = ['up'];

async function existing(): Promise<Set<string>> {
  const nothing = new Map<string, number>();
  const gateway = createMetrics({
    ...{
      views: () => [],
      upstreams: () => [],
      revision: () => 1,
      storeUp: () => true,
      storeCommands: () => 0,
    },
    ...{ keysMissing: () => false, overrides: () => [], traces: () => ({ sent: 0, dropped: 0 }) },
    reports: { sent: 0, failed: 0, skipped: 0 },
    protection: {
      ...{ upstreams: () => [], rooms: () => [], shed: () => [] },
      decided: () => ({ together: 0, alone: 0, unread: 0, failed: 0 }),
    },
    withoutStore: {
      ...{ heldSeconds: nothing, sessionsBegun: nothing, placesGiven: nothing, placesRedeemed: nothing },
      ...{ overshoot: nothing, lifts: 0, losses: 0 },
    },
  });
  const admin = adminMetrics({
    data: { health: () => ({ writable: true }) },
    fleet: { gateways: () => [], silent: () => [], isLinked: () => true },
  });
  const webhooks = createDeliveryFigures().text([]);
  const texts = [await gateway.text(), admin, webhooks, findingMetrics([])].join('\n');
  const names = [...texts.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => String(name));
  // Made where they live, in processes of their own.
  const written = ['gateway/workers/figures.ts', 'admin/drift/drift.ts'].flatMap((file) =>
    [...read(file).matchAll(/headgate_[a-z_]+/g)].map(([name]) => name),
  );
  return new Set([...names, ...written, ...FOREIGN]);
}

const BASE = /_(bucket|sum|count)$/;
/** Names of metrics in an expression: words before `{`, `[`, or on their own, that are no function, label or keyword. */
function metricsIn(expr: string): string[] {
  const bare = expr.replace(/\{[^}]*\}/g, '').replace(/\b(by|on|without) \([^)]*\)/g, '');
  return [...bare.matchAll(/\b(headgate_\w+|process_\w+|nodejs_\w+|up)\b/g)].map(([name]) => name);
}

const isKnown = (names: Set<string>, name: string) => names.has(name) || names.has(name.replace(BASE, ''));

describe('alerts', () => {
  test('are many, each of a name of its own', () => {
    expect(alerts.length).toBeGreaterThan(15);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  test('have severity, summary, description and the place where one reads on', () => {
    for (const { alert, expr, labels, annotations } of alerts) {
      expect(['critical', 'warning', 'info'], alert).toContain(labels.severity);
      expect(annotations.summary?.length, alert).toBeGreaterThan(10);
      expect(annotations.description?.length, alert).toBeGreaterThan(20);
      expect(annotations.runbook_url, alert).toBe(`docs/operating.md#${alert.toLowerCase()}`);
      expect(balanced(expr), expr).toBe(true);
    }
  });

  test('ask for metrics that exist', async () => {
    const names = await existing();
    const asked = alerts.flatMap(({ expr }) => metricsIn(expr));
    expect(asked.length).toBeGreaterThanOrEqual(alerts.length);
    expect(asked.filter((name) => !isKnown(names, name))).toEqual([]);
  });

  test('have a heading each in docs/operating.md, with what to do; and no heading is without its alert', () => {
    const section = operating.slice(operating.indexOf('\n## Alerts'));
    const end = section.indexOf('\n## ', 5);
    const parts = section
      .slice(0, end < 0 ? undefined : end)
      .split('\n### ')
      .slice(1);
    const told = new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part] as const));
    expect([...told.keys()].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
    for (const [name, text] of told) expect(text.match(/^- .{20}/m), name).not.toBeNull();
  });

  test('cover what must ring', () => {
    const all = alerts.map(({ expr }) => expr).join('\n');
    for (const name of [
      ...['headgate_findings', 'headgate_drift', 'headgate_store_up', 'headgate_room_engaged', 'up'],
      ...['headgate_upstream_failures_total', 'headgate_keys_missing', 'headgate_webhook_deliveries_total'],
      ...['headgate_override_active', 'headgate_admin_writable', 'headgate_upstream_connections'],
      ...['headgate_trace_spans_total', 'headgate_reports_total', 'headgate_upstream_suffers'],
      ...['headgate_shed_total', 'headgate_protection_rounds_total'],
    ])
      expect(all).toContain(name);
  });
});

describe('the dashboard', () => {
  test('works on import: every panel asks the data source that one chooses', () => {
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    for (const { type, datasource, targets, title } of dashboard.panels.filter(
      ({ type }) => type !== 'row',
    )) {
      expect(['timeseries', 'stat'], title).toContain(type);
      expect(datasource?.uid, title).toBe('$' + '{datasource}');
      for (const target of targets ?? []) expect(target.datasource.uid, title).toBe('$' + '{datasource}');
    }
  });

  test('asks for metrics that exist', async () => {
    const names = await existing();
    expect(expressions.length).toBeGreaterThan(25);
    expect(expressions.flatMap(metricsIn).filter((name) => !isKnown(names, name))).toEqual([]);
    expect(expressions.filter((expr) => !balanced(expr) || metricsIn(expr).length === 0)).toEqual([]);
  });

  test('has no two panels in one place, and none of one number', () => {
    const { panels } = dashboard;
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  test('shows every metric that INTERFACES names, and those of protection', () => {
    const all = expressions.join('\n');
    const named = [
      ...[
        'headgate_requests_total',
        'headgate_request_seconds',
        'headgate_room_waiting',
        'headgate_room_sessions',
      ],
      ...['headgate_room_sessions_limit', 'headgate_room_admissions_total', 'headgate_room_engaged'],
      ...[
        'headgate_store_call_seconds',
        'headgate_store_losses_total',
        'headgate_store_up',
        'headgate_findings',
      ],
      ...['headgate_upstream_connections', 'headgate_upstream_seconds', 'headgate_upstream_failures_total'],
      ...['headgate_drift', 'headgate_revision', 'headgate_shed_total', 'headgate_upstream_suffers'],
      ...['headgate_upstream_in_flight_limit', 'headgate_upstream_base_seconds'],
      ...['headgate_room_rate_factor', 'headgate_room_rate_per_minute', 'headgate_protection_rounds_total'],
    ];
    expect(named.filter((name) => !all.includes(name))).toEqual([]);
  });
});

test('a metric that nobody makes is caught', async () => {
  const names = await existing();
  const planted = metricsIn('rate(headgate_rooms_waiting{room="a"}[1m]) > 0 and headgate_drift');
  expect(planted.filter((name) => !isKnown(names, name))).toEqual(['headgate_rooms_waiting']);
});

function balanced(expr: string): boolean {
  const bare = expr.replace(/"[^"]*"/g, '');
  const pairs = ['()', '{}', '[]'].map(([open, close]) => [open, close] as const);
  return pairs.every(([open, close]) => bare.split(open!).length === bare.split(close!).length);
}
