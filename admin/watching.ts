/** The parts that look at the active revision and at what gateways report: made once there is one. */
import { randomUUID } from 'node:crypto';
import { addressJudge } from '../gateway/audit/coverage/address-judge.ts';
import { createCoverage } from './coverage/coverage.ts';
import { createProbe } from './coverage/probe.ts';
import { createProber } from './coverage/prober.ts';
import { createDecisions } from './decisions/decisions.ts';
import { createDrift } from './drift/drift.ts';
import { createInvitations } from './invitations/invitations.ts';
import { createLaunches } from './launches/launches.ts';
import { createMessages } from './messages/messages.ts';
import { createNotifier } from './notify/notifier.ts';
import type { CompileJudge, Parts } from './parts.ts';
import { createRehearsals } from './rehearsals/rehearsals.ts';
import { createRequests } from './requests/requests.ts';
import { readText } from './revisions/read-text.ts';
import { createGatewayAsk } from './rooms/ask-gateway.ts';
import { createSignals } from './signals/signals.ts';
import { createRecorder } from './timeline/recorder.ts';

export type Watching = ReturnType<typeof createWatching>;

export function createWatching(parts: Parts, compileJudge: CompileJudge) {
  const { common, rooms, revisions, ownFile } = parts;
  const { clock, publisher } = common;
  const { active } = revisions;
  const config = active;
  const newId = randomUUID;
  const probes = { launch: createProbe(true), platform: createProbe(false) };
  const prober = createProber({
    settings: active.settings,
    probe: { launch: probes.launch.probe, platform: probes.platform.probe },
    clock,
  });
  const judgeOf = addressJudge(compileJudge);
  const parse = (text: string) => {
    const asked = { config: text, name: 'proposal', number: active.active().number };
    const outcome = readText(asked, active.pins(), common.around);
    return outcome.kind === 'good' ? outcome.read.settings : null;
  };
  const coverage = createCoverage({ ...common, active, judgeOf, parse, prober, newId });
  const drift = createDrift({ ...common, active, ownFile: () => ownFile.differs() ?? [] });
  const launches = createLaunches({
    ...{ ...common, config, judgeOf, room: rooms.get },
    ...{ coverage: coverage.report, drift: () => drift.list(false) },
  });
  createRecorder({
    ...common,
    now: {
      findings: () => coverage.findings.open().map(opened),
      drift: () => drift.list(false).map((item) => opened({ ...item, room: null })),
      unqueuedShare: () => coverage.report().gate.unqueuedShare,
      launches: async () =>
        launches.list().map(({ name, room, opensAt }) => {
          const { state, items } = launches.readiness(name);
          return { name, room, opensAt, state, open: items.filter((item) => item.state !== 'green') };
        }),
    },
  });
  return {
    ...{ prober, coverage, drift, launches },
    decisions: createDecisions(common),
    notifier: createNotifier({ ...common, config, random: Math.random, newId }),
    messages: createMessages({
      ...{ ...common, config, newId, rooms: rooms.all },
      publish: (messages) => void publisher.change({ messages }),
    }),
    invitations: createInvitations({
      ...{ ...common, newId, ask: createGatewayAsk(common.fleet).ask },
      publish: (revokedInvitations) => void publisher.change({ revokedInvitations }),
    }),
    rehearsals: createRehearsals({
      ...{ ...common, config },
      publish: (rehearsals) => publisher.change({ rehearsals }),
    }),
    signals: createSignals({
      ...{ clock, onRound: common.fleet.onRound },
      upstreams: () => Object.keys(active.settings().upstreams),
      publish: (signals) => void publisher.change({ signals }),
      earlier: () => publisher.current().signals ?? [],
    }),
    requests: createRequests(common),
    closeProbes: () => Promise.all([probes.launch.close(), probes.platform.close()]),
  };
}

function opened<
  T extends {
    severity: 'critical' | 'warning' | 'info';
    room: string | null;
    summary: string;
    firstSeen: string;
  },
>({ severity, room, summary, firstSeen }: T) {
  return { severity, room, summary, since: firstSeen };
}
