/** Wires the process's gates: the real one with its listening server, and beside it one for each rehearsal. */
import type { Server } from 'node:http';
import type { Settings } from '../config/settings.ts';
import { carryOut, type ReadConfig } from './control/carry-out.ts';
import { reportFacts, roomReport } from './control/facts.ts';
import { tryOut } from './control/try-out.ts';
import type { Command } from './control/words.ts';
import { createGate, type GateHandlers } from './gate.ts';
import type { AppParts } from './long-lived.ts';
import { realRooms } from './rehearsal/namespace.ts';
import { createRehearsals } from './rehearsal/rehearsals.ts';
import { rehearsalHeader } from './rehearsal/words.ts';
import { refuseUnlessReloadable } from './reload.ts';
import { applyBounds, createGateServer } from './server.ts';

export type App = Awaited<ReturnType<typeof createApp>>;

export async function createApp(parts: AppParts) {
  const { clock, log } = parts;
  const settings = () => gate.settings();
  const rehearsals = createRehearsals({
    ...{ settings, clock, log, store: parts.store },
    published: parts.rehearsals ?? (() => undefined),
    parts,
    forwarder: () => gate.longLived.forwarder,
  });
  const listenTo = (real: GateHandlers) =>
    createGateServer(
      parts.settings.listen,
      {
        request(request, response) {
          const header = rehearsalHeader(request);
          if (header === null) real.request(request, response);
          else rehearsals.find(header, (own) => (own ?? real).request(request, response));
        },
        upgrade(request, socket, head) {
          const header = rehearsalHeader(request);
          if (header === null) return real.upgrade(request, socket, head);
          socket.on('error', () => socket.destroy());
          rehearsals.find(header, (own) => (own ?? real).upgrade(request, socket, head));
        },
      },
      log,
    ) as Server;
  const gate = await createGate({ ...parts, store: realRooms(parts.store) }, listenTo);
  rehearsals.start();
  const { server, longLived, watched } = gate;
  const { rooms, store, forwarder, overrides, ring, audit } = longLived;

  return {
    server,
    metrics: watched.metrics,
    health: watched.health,
    audit,
    settings,
    firstLook: () => forwarder.firstLook(),
    facts: () =>
      reportFacts({
        ...{ gateway: parts.gateway, settings, health: watched.health },
        ...{ ring, rooms, overrides, observed: audit.facts },
        protection: longLived.protection.report,
      }),
    carryOut: (command: Command, read: ReadConfig) =>
      carryOut(command, read, {
        ...{ rooms, store },
        invitations: longLived.invitations,
        cancel: audit.inFlight.cancel,
        tryOut: (next) => tryOut(audit.traffic, next, settings()),
        report: (room) => roomReport(room, { rooms, observed: audit.facts }),
      }),

    /** Throws HG_CONFIG, and leaves everything as it was, when the new settings cannot be taken without a restart. */
    async reload(next: Settings): Promise<void> {
      refuseUnlessReloadable(settings(), next);
      const pages = gate.prepare(next);
      await ring.reload();
      if (next.launches.some((launch) => launch.draw)) longLived.keys.drawSecret();
      const taken = gate.take(next, pages);
      applyBounds(server.server, next.listen);
      log.adjust(next.log);
      await taken;
      await rehearsals.follow();
    },

    startDraining(): void {
      gate.startDraining();
      rehearsals.startDraining();
    },

    async close(): Promise<void> {
      await rehearsals.close();
      await gate.close();
    },
  };
}
