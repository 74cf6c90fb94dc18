/** One server of an upstream: its connections, idle and busy, and what was seen of it. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { buildConnector } from 'undici';
import type { UpstreamSettings } from '../../config/settings.ts';
import { Connection } from './connection.ts';
import { Samples } from './samples.ts';
import type { OutlierReason } from './target-health.ts';
import { type TargetRules, TargetState } from './target-state.ts';

export class Target {
  readonly origin: URL;
  readonly url: string;
  /** SNI and session key stay the target's own, so that hosts share its connections. */
  readonly servername: string;
  readonly connector: buildConnector.connector;
  readonly tls: ConnectionOptions;
  readonly state: TargetState;
  readonly samples = new Samples();
  weight: number;
  /** Weight × health × ramp: what the choice goes by; kept by the upstream's watch. */
  effectiveWeight: number;
  /** Requests in flight, and aborted ones on which the target is thought to work still. */
  outstanding = 0;
  connectionsNow = 0;
  /** Why it would be ejected, where that is only observed. */
  observedAs: OutlierReason | null = null;
  /** Idle ones, the warmest last. */
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  #isDraining = false;
  readonly #onConnected: (target: Target) => void;

  constructor(
    { url, weight }: { url: string; weight: number },
    settings: UpstreamSettings,
    rules: TargetRules,
    onConnected: (target: Target) => void,
  ) {
    this.url = url;
    this.origin = new URL(url);
    this.servername = this.origin.hostname;
    this.weight = weight;
    this.effectiveWeight = weight;
    this.state = new TargetState(rules);
    this.tls = tlsOptions(settings);
    this.connector = buildConnector({ ...this.tls, allowH2: false, timeout: settings.timeouts.connectMs });
    this.#onConnected = onConnected;
  }

  get size(): number {
    return this.#all.size;
  }
  get hasIdle(): boolean {
    return this.#idle.length > 0;
  }

  take(): Connection {
    const connection = this.#idle.pop() ?? new Connection(this);
    this.#all.add(connection);
    return connection;
  }

  giveBack(connection: Connection): void {
    if (connection.isConnected && !this.#isDraining) this.#idle.push(connection);
    else this.discard(connection);
  }

  discard(connection: Connection): void {
    this.#all.delete(connection);
    connection.destroy();
  }

  /** Makes room for a connection to another target; the coldest goes. */
  discardIdle(): void {
    const coldest = this.#idle.shift();
    if (coldest) this.discard(coldest);
  }

  /** No new requests; those under way end in peace. */
  drain(): void {
    this.#isDraining = true;
    while (this.hasIdle) this.discardIdle();
  }

  destroy(): void {
    this.drain();
    for (const connection of this.#all) this.discard(connection);
  }

  onConnect(connection: Connection): void {
    connection.isConnected = true;
    this.connectionsNow++;
    this.#onConnected(this);
  }

  onDisconnect(connection: Connection): void {
    if (connection.isConnected) this.connectionsNow--;
    connection.isConnected = false;
    const index = this.#idle.indexOf(connection);
    if (index === -1) return;
    this.#idle.splice(index, 1);
    this.discard(connection);
  }
}

function tlsOptions({ tls }: UpstreamSettings): ConnectionOptions {
  return { rejectUnauthorized: tls.verify, ...(tls.ca === null ? {} : { ca: readFileSync(tls.ca) }) };
}
