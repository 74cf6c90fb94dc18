/** What is seen of every request: metrics, the access log, and the answers to "are you well?". */
import type { Settings } from '../config/settings.ts';
import type { Exchange } from './exchange.ts';
import type { LongLived } from './long-lived.ts';
import type { HealthSources } from './observe/health.ts';
import { kept } from './observe/kept.ts';
import { createMetrics } from './observe/metrics.ts';
import type { EndedRequest } from './observe/traces.ts';

/** Of a line in the access log. */
const kindOf = kept((state) => kept((trafficClass) => `${state} ${trafficClass}`));

export type Watched = ReturnType<typeof watch>;

export function watch(parts: LongLived, settings: () => Settings, isDraining: () => boolean) {
  const { forwarder, rooms, store, keys, clock, log } = parts;
  const metrics = createMetrics({
    isOfProcess: parts.rehearsal === null,
    views: function* () {
      for (const room of rooms.all()) yield { view: rooms.view(room), label: room.template };
    },
    upstreams: () => Object.entries(forwarder.upstreams()),
    revision: () => settings().revision,
    storeUp: () => store.health() === 'ok',
    storeCommands: () => store.commandsSent?.() ?? 0,
    keysMissing: () => keys.lacking() !== null,
    overrides: () => parts.overrides.all(),
    withoutStore: parts.figures,
    traces: parts.traces === null ? null : parts.traces.figures,
    reports: parts.reports,
    priced: parts.priced,
    protection: parts.protection.metrics,
  });
  const health: HealthSources = {
    isDraining,
    store: () => store.health(),
    upstreams: () =>
      Object.fromEntries(Object.entries(forwarder.upstreams()).map(([name, { status }]) => [name, status])),
    lackingKeys: keys.lacking,
    revision: () => settings().revision,
  };

  return {
    metrics,
    health,
    onDone(exchange: Exchange): void {
      const seconds = (clock.monotonicMs() - exchange.startedMs) / 1_000;
      exchange.trace?.ended(endedRequest(exchange));
      parts.audit.done(exchange);
      metrics.request(exchange.label, exchange.class, exchange.state, seconds);
      log.sample(
        kindOf(exchange.state)(exchange.class),
        'info',
        () => accessLine(exchange, seconds),
        'request',
      );
    },
    onWouldWait(exchange: Exchange, room: { label: string }, told: { state: string }): void {
      metrics.wouldHaveWaited(room.label);
      const facts = () => ({ room: exchange.room, would: told.state, requestId: exchange.id });
      log.sample('observed', 'info', facts, 'would have waited');
    },
  };
}

/** The rule's name stands for the path: few of them, and nothing that a visitor typed. */
function endedRequest({ judged, rule, label, room, response, state, ...exchange }: Exchange): EndedRequest {
  const route = rule ?? (label || 'none');
  return {
    method: judged.method,
    route,
    rule,
    room,
    class: exchange.class,
    state,
    status: response.statusCode,
  };
}

/** Documented in docs/operating.md; no query, cookie, address or token. */
function accessLine(exchange: Exchange, seconds: number) {
  const { judged, response } = exchange;
  return {
    requestId: exchange.id,
    method: judged.method,
    host: judged.host,
    path: judged.path,
    status: response.statusCode,
    state: exchange.state,
    room: exchange.room,
    class: exchange.class,
    rule: exchange.rule,
    ms: Math.round(seconds * 10_000) / 10,
  };
}
