/** Gates in the test's own process, several on one store where a test wants them, each with a connection to it that can be cut. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseConfig } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import { type App, createApp } from '../../gateway/app.ts';
import { systemClock } from '../../gateway/clock.ts';
import { createLog, type Log } from '../../gateway/observe/logger.ts';
import type { StoredOverride } from '../../gateway/overrides/override-file.ts';
import { openOwnKeys } from '../../gateway/request/gate-keys.ts';
import type { Override } from '../../gateway/request/overrides.ts';
import { createEmbeddedStore } from '../../gateway/store/embedded.ts';
import type { WriteBytes } from '../../gateway/store/embedded-journal.ts';
import type { Store } from '../../gateway/store/store.ts';
import { cleanUpLater } from './clean-up.ts';
import { type LosableStore, losable } from './losable-store.ts';
import { tempFolder } from './temp-folder.ts';

export interface GateHere {
  url: string;
  lost: LosableStore;
  /** An operator's word, for this gate alone; null: none. */
  override(room: string, override: Pick<Override, 'action' | 'limit'> | null): void;
  metrics(): Promise<string>;
  /** What it sees of the traffic. */
  audit: App['audit'];
  /** Takes another configuration. */
  reload(config: string): Promise<void>;
  /** Level and message of what was logged. */
  logged: string[];
}

export interface StoreHere {
  store: Store;
  gate(name: string): Promise<GateHere>;
}

/** One embedded store, and gates with the same configuration and keys on it. `write` stands in for its disk. */
export async function startStoreHere(config: string, write?: WriteBytes): Promise<StoreHere> {
  const data = await tempFolder();
  const settings = settingsOf(config, data);
  const parts = { path: join(data, 'store'), clock: systemClock, log: () => {} };
  const store = createEmbeddedStore(write ? { ...parts, write } : parts);
  await store.start();
  cleanUpLater(() => store.stop());
  return { store, gate: (name) => startGate(name, settings, store) };
}

function settingsOf(config: string, data: string): Settings {
  const loaded = parseConfig(config, 'headgate.yaml', { HEADGATE_DATA: data });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings;
}

async function startGate(name: string, settings: Settings, real: Store): Promise<GateHere> {
  const lost = losable(real);
  const overrides = new Map<string, StoredOverride>();
  const logged: string[] = [];
  let ids = 0;
  const app = await createApp({
    ...{ settings, store: lost.store, lossesFound: 0, clock: systemClock, log: logTo(logged) },
    keys: await openOwnKeys(settings.keys.path, { now: systemClock.wallMs, overlapHours: 48 }),
    overrides: { ...HEARD_BY_NOBODY, of: (room) => overrides.get(room), all: () => [...overrides.values()] },
    ...{ gateway: name, random: Math.random, newId: () => `${name}-${++ids}`, idStart: name },
    messages: () => [],
  });
  await app.server.listen({ host: '127.0.0.1', port: 0 });
  cleanUpLater(async () => {
    await app.close();
    app.server.server.closeAllConnections();
    await app.server.close();
  });
  return {
    url: `http://127.0.0.1:${(app.server.server.address() as AddressInfo).port}`,
    ...{ lost, logged, metrics: () => app.metrics.text(), audit: app.audit },
    reload: (config) => app.reload(settingsOf(config, settings.dataPath)),
    override(room, change) {
      if (change) overrides.set(room, { ...WORD, id: room, room, ...change });
      else overrides.delete(room);
    },
  };
}

const WORD = { reason: 'a test', since: 0, until: Number.MAX_SAFE_INTEGER };

const HEARD_BY_NOBODY = { letsBy: () => false, start: async () => {}, stop: async () => {} };

function logTo(logged: string[]): Log {
  const silent = createLog({ level: 'silent', samplePerSecond: 1 }, systemClock);
  return {
    ...silent,
    say: (level, _facts, message) => void logged.push(`${level} ${message}`),
    sample: (_key, level, facts, message) => {
      facts();
      logged.push(`${level} ${message}`);
    },
  };
}
