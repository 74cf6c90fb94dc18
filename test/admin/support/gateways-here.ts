/** Gateways whose rooms are real, on one store, and a configuration that they obey: what the admin process's parts are told and ask. */
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { ActiveConfig, ConfigChanges, Fleet } from '../../../admin/control/words.ts';
import { AdminError } from '../../../admin/errors.ts';
import { parseConfig } from '../../../config/load.ts';
import type { Settings } from '../../../config/settings.ts';
import { carryOut } from '../../../gateway/control/carry-out.ts';
import type {
  CommandAnswer,
  CommandTarget,
  CommandWords,
  GatewayReport,
  HeardReport,
  Pin,
} from '../../../gateway/control/words.ts';
import { createRooms, type LiveRoom, type Rooms } from '../../../gateway/request/rooms.ts';
import { createEmbeddedStore } from '../../../gateway/store/embedded.ts';
import { report } from '../../control/reports.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { type LosableStore, losable } from '../../support/losable-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';

interface HereGateway {
  id: string;
  rooms: Rooms;
  lost: LosableStore;
  /** Answers no command, and is still heard of. */
  isSilent: boolean;
  /** Rooms are left out of its reports. */
  hides: Set<string>;
  more: Partial<GatewayReport>;
}

export type GatewaysHere = Awaited<ReturnType<typeof gatewaysHere>>;

export function settingsFrom(config: string, revision: number): Settings {
  const loaded = parseConfig(
    config,
    'headgate.yaml',
    { HEADGATE_DATA: '/nowhere' },
    {
      amend: (written) => Object.assign(written as object, { revision }),
    },
  );
  if (!loaded.ok) {
    const faults = loaded.errors.map(({ path, message }) => ({ path, message }));
    throw new AdminError('HG_REVISION_INVALID', 'the configuration is wrong', { faults });
  }
  return loaded.settings;
}

export async function gatewaysHere(
  config: string,
  clock: { wallMs(): number; monotonicMs(): number },
  count = 2,
) {
  const real = createEmbeddedStore({ path: join(await tempFolder(), 'store'), clock, log() {} });
  await real.start();
  cleanUpLater(() => real.stop());
  const active = { number: 1, config };
  let settings = settingsFrom(config, 1);
  const pins: Pin[] = [];
  const gateways: HereGateway[] = Array.from({ length: count }, (_, index) => {
    const lost = losable(real);
    const rooms = createRooms(settings, lost.store, () => '');
    return { id: `gateway-${index + 1}`, rooms, lost, isSilent: false, hides: new Set(), more: {} };
  });
  const enter = async () => {
    for (const { rooms } of gateways)
      for (const name of Object.keys(settings.rooms)) if (!name.includes('{')) await rooms.enter(name, name);
  };
  await enter();
  const listeners: (() => void)[] = [];
  const asked: { gateway: string; words: CommandWords }[] = [];

  const tell = async (gateway: HereGateway, words: CommandWords): Promise<CommandAnswer | null> => {
    asked.push({ gateway: gateway.id, words });
    if (gateway.isSilent) return null;
    const { rooms, lost } = gateway;
    const parts = {
      ...{ rooms, store: lost.store, report: (room: LiveRoom) => roomReport(rooms, room) },
      invitations: { open: () => Promise.reject(new Error('not here')) },
      ...{ cancel: () => 0, tryOut: () => ({ requests: 0, changed: 0, byAddress: [] }) },
    };
    const command = { id: 'c', expiresAtMs: 0, to: 'all', ...words } as const;
    return carryOut(command, () => settings, parts).catch((error) => ({
      kind: 'refused' as const,
      reason: String(error),
    }));
  };
  const heard = (): HeardReport[] =>
    gateways.map(({ id, rooms, lost, hides, more }) => ({
      report: report(id, {
        rooms: [...rooms.all()].filter(({ name }) => !hides.has(name)).map((room) => roomReport(rooms, room)),
        ...{ revision: active.number, store: lost.store.health() === 'ok' ? 'ok' : 'lost', ...more },
      }),
      ...{ heardMs: clock.wallMs(), clockAheadMs: 0 },
    }));

  let reports = heard();
  const fleet: Fleet = {
    gateways: () => reports,
    silent: () => [],
    onRound: (listener) => void listeners.push(listener),
    async command(words, to: CommandTarget) {
      const targets = gateways.filter(({ id }) => to === 'all' || to.gateway === id);
      return new Map(
        await Promise.all(targets.map(async (one) => [one.id, await tell(one, words)] as const)),
      );
    },
  };
  const round = () => {
    reports = heard();
    for (const listener of listeners) listener();
  };
  const change = async (text: string) => {
    settings = settingsFrom(text, active.number + 1);
    Object.assign(active, { number: active.number + 1, config: text });
    for (const { rooms } of gateways) await rooms.reload(settings);
    await enter();
    round();
  };
  const activeConfig: ActiveConfig = {
    active: () => ({ ...active }),
    staged: () => null,
    pins: () => pins,
    settings: () => settings,
    published: () => {
      throw new Error('nothing is published here');
    },
    onChange: () => {},
  };
  const amendments: { actor: string; reason: string }[] = [];
  let refusal: AdminError | null = null;
  const changes: ConfigChanges = {
    async amend(actor, reason, amend) {
      if (refusal) throw refusal;
      const document = parseDocument(active.config);
      amend(document);
      amendments.push({ actor: actor.name, reason });
      await change(document.toString());
      return { number: active.number };
    },
  };
  return {
    ...{
      store: real,
      gateways,
      fleet,
      config: activeConfig,
      changes,
      pins,
      asked,
      amendments,
      round,
      change,
    },
    /** Changes of the configuration are refused; null: no longer. */
    refuse(error: AdminError | null) {
      refusal = error;
    },
    /** Nobody is heard of. */
    silence() {
      gateways.length = 0;
      round();
    },
  };
}

function roomReport(rooms: Rooms, room: LiveRoom) {
  return { view: rooms.view(room), template: room.template, mode: room.settings.mode, why: 'a test says so' };
}
