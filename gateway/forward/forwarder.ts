/** Forwards admitted requests to the platform: one upstream request for each of the client's, bounded, streamed, judged. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProtectionSettings, Settings, UpstreamSettings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import { Exchange } from './exchange.ts';
import type { UpstreamGauges } from './gauges.ts';
import type { Slots } from './slots.ts';
import { Sweeper } from './sweeper.ts';
import type { TunnelOrder } from './tunnel.ts';
import { forwardUpgrade, isWebSocketUpgrade } from './upgrade.ts';
import { Upstream, type UpstreamTools } from './upstream.ts';
import { describeUpstream, type UpstreamFigures } from './upstream-figures.ts';
import { readGauges } from './upstream-gauges.ts';
import { type Watch, watchUpstream } from './watch.ts';
import type { ForwardOrder, ForwardOutcome } from './words.ts';

export interface ForwarderOptions {
  upstreams: Settings['upstreams'];
  /** Largest body of a client, `listen.maxBodyBytes`. */
  maxBodyBytes: number;
  clock: Clock;
  log: UpstreamTools['log'];
  /** A target was found down, ejected, or well again. */
  onTargetStatus?: UpstreamTools['onTargetStatus'];
  /** 0 ≤ x < 1 */
  random?: () => number;
  /** Whose requests to the same upstreams go first: these here take what those leave. */
  ahead?: Pick<Forwarder, 'slots'>;
}

/** A time-out is noticed within this share of itself. */
const SWEEPS_PER_TIMEOUT = 20;
const SLOWEST_SWEEP_MS = 250;
/** Until `follow` says otherwise. */
const LONG_RUNNING_SECONDS = 10;

export type Forwarder = ReturnType<typeof createForwarder>;

export function createForwarder(options: ForwarderOptions) {
  const now = () => options.clock.monotonicMs();
  const random = options.random ?? Math.random;
  const { onTargetStatus } = options;
  const upstreams = new Map<string, Upstream>();
  const watches = new Map<string, Watch>();
  const upgraded = new Set<Duplex>();
  let limits: ProtectionSettings | null = null;
  const sweeper = new Sweeper(now, sweepMs(options.upstreams));
  const tools = { sweeper, now, maxBodyBytes: options.maxBodyBytes, log: options.log };

  const add = (name: string, settings: UpstreamSettings) => {
    const ahead = options.ahead?.slots(name);
    const upstream = new Upstream(name, settings, { now, random, log: options.log, onTargetStatus, ahead });
    upstream.follow(limits);
    upstreams.set(name, upstream);
    watches.set(name, watchUpstream(upstream, now, random));
  };
  const remove = (name: string) => {
    watches.get(name)?.stop();
    watches.delete(name);
    upstreams.get(name)?.drain();
    upstreams.delete(name);
  };
  for (const [name, settings] of Object.entries(options.upstreams)) add(name, settings);

  return {
    /** Resolves once each target was asked for the first time; those that refuse are down then. */
    firstLook: () => Promise.all([...watches.values()].map((watch) => watch.firstLook)).then(() => undefined),

    /** Never rejects: what can go wrong is an outcome. */
    forward(
      request: IncomingMessage,
      response: ServerResponse,
      order: ForwardOrder,
    ): Promise<ForwardOutcome> {
      const upstream = upstreams.get(order.upstream);
      if (!upstream) return Promise.resolve({ kind: 'failed', failure: 'no-target', ms: 0 });
      return new Promise((onOutcome) =>
        new Exchange({ request, response, order, upstream, tools, onOutcome, clientEnd: null }).start(),
      );
    },

    /** As `forward`, for a WebSocket; resolves when the tunnel has ended. `failed`: nothing was written, the caller answers. */
    async upgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      order: TunnelOrder,
    ): Promise<ForwardOutcome> {
      const upstream = upstreams.get(order.upstream);
      if (!upstream) return { kind: 'failed', failure: 'no-target', ms: 0 };
      if (!isWebSocketUpgrade(request)) return { kind: 'failed', failure: 'protocol', ms: 0 };
      upgraded.add(socket);
      const outcome = await forwardUpgrade({ request, socket, head, order }, upstream, tools);
      upgraded.delete(socket);
      return outcome;
    },

    /** This gateway's share of the upstream's requests in flight; null: as many as it may have connections. */
    hold(upstream: string, order: { inFlight: number | null }): void {
      upstreams.get(upstream)?.slots.hold(order.inFlight);
    },

    /** By which rules requests wait and are shed where an upstream is short; null: none are. */
    follow(protection: ProtectionSettings | null): void {
      limits = protection;
      for (const upstream of upstreams.values()) upstream.follow(protection);
    },

    /** By upstream, since the last call: one caller, each window. */
    gauges(): Record<string, UpstreamGauges> {
      const gauges: Record<string, UpstreamGauges> = {};
      const nowMs = now();
      const longMs = (limits?.distress.longRunningSeconds ?? LONG_RUNNING_SECONDS) * 1_000;
      for (const [name, upstream] of upstreams) {
        const ages = sweeper.ages(name, nowMs, longMs);
        gauges[name] = readGauges(upstream, ages, nowMs);
      }
      return gauges;
    },

    upstreams(): Record<string, UpstreamFigures> {
      const figures: Record<string, UpstreamFigures> = {};
      for (const [name, upstream] of upstreams) figures[name] = describeUpstream(upstream, now());
      return figures;
    },

    /** Targets that stay keep their connections and their record; the others end what they have under way. */
    reload(settings: Settings['upstreams'], maxBodyBytes = tools.maxBodyBytes): void {
      tools.maxBodyBytes = maxBodyBytes;
      for (const name of [...upstreams.keys()]) if (!Object.hasOwn(settings, name)) remove(name);
      for (const [name, wanted] of Object.entries(settings)) {
        const known = upstreams.get(name);
        if (known) known.update(wanted);
        else add(name, wanted);
      }
      sweeper.setPeriod(sweepMs(settings));
    },

    slots: (upstream: string): Slots | undefined => upstreams.get(upstream)?.slots,

    /** Cuts what is still under way. */
    close(): void {
      for (const watch of watches.values()) watch.stop();
      for (const upstream of upstreams.values()) upstream.destroy();
      for (const socket of upgraded) socket.destroy();
      sweeper.stop();
    },
  };
}

function sweepMs(upstreams: Settings['upstreams']): number {
  const timeouts = Object.values(upstreams).flatMap(({ timeouts }) => Object.values(timeouts));
  return Math.max(5, Math.min(SLOWEST_SWEEP_MS, Math.min(...timeouts) / SWEEPS_PER_TIMEOUT));
}
