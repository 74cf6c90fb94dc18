/** August 2018: one event has three addresses, a rule matches one, and twenty times the capacity arrives. */
import type { AdminClient } from '../../support/admin-client.ts';
import { type GatewayProcess, startGateway } from '../../support/gateway-process.ts';
import { visitor } from '../../support/http-client.ts';
import { type PlatformProcess, startPlatformProcess } from '../../support/platform-process.ts';
import { untilSo } from '../../support/within.ts';
import { sendTraffic } from './traffic.ts';

const COVERED = 'register.example.com';
export const UNCOVERED = ['m.example.com', 'www.example.com'] as const;
const HOSTS = [COVERED, ...UNCOVERED];
export const ROOM = 'event-4711';
const FORM = '/ereg/newreg.php?eventid=4711';
const SESSIONS = 10;
/** Arrivals a second: twenty times what ten sessions of ten minutes bear, and more. */
const PER_SECOND = 200;
const HALF_WAY = 3;

export interface Finding {
  kind: string;
  severity: string;
  summary: string;
  room: string | null;
  resolvedAt: string | null;
  evidence: { host: string | null; pathShape: string | null; share: number };
  proposedRule: { yaml: string; config: string; summary: string } | null;
}

export interface AugustOutcome {
  /** From the first arrival until both uncovered hosts were named. */
  foundMs: number;
  findings: Finding[];
  /** By host: as the finding says, and by the platform's books at the same time. */
  shares: { host: string; told: number; books: number }[];
  unqueuedBefore: number;
  /** What the dry-run of the proposed configuration says would change room, and what did. */
  dryRunShare: number;
  changedShare: number;
  /** From the activation until nothing unqueued was seen. */
  mendedMs: number;
  unqueuedAfter: number;
  /** Of visitors who were half way through the form when the rule came. */
  finished: number;
  begun: number;
}

const config = (platform: string) => `
drain: { delaySeconds: 0 }
log: { samplePerSecond: 1 }
upstreams: { platform: { targets: ["${platform}"] } }
rooms:
  "event-{eventid}": { limits: { sessions: ${SESSIONS}, submitReserve: 0 } }
  platform: { allowance: { inFlight: 10000 } }
rules:
  # One of the three hosts that the event is advertised with.
  - { name: event, match: { hosts: [${COVERED}], path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
`;

export async function runAugust(): Promise<AugustOutcome> {
  const platform = await startPlatformProcess({ idleSeconds: 600 });
  const gateway = await startGateway({ config: config(platform.url), admin: true });
  const api = await gateway.api();
  await untilSo(
    20_000,
    'the gateway is heard of',
    async () => (await api.get<{ items: unknown[] }>('gateways')).items.length === 1,
  );
  const halfWay = await Promise.all(Array.from({ length: HALF_WAY }, () => beginForm(gateway)));

  const beganMs = performance.now();
  const traffic = sendTraffic({
    origins: () => [gateway.url],
    next: (count) => ({ path: FORM, host: HOSTS[count % HOSTS.length] as string }),
    perSecond: PER_SECOND,
  });
  const findings = await untilFound(api);
  const foundMs = performance.now() - beganMs;
  const later = await settledFindings(api);
  const shares = await compared(later, platform);
  const unqueuedBefore = await unqueued(api);

  const { dryRunShare, number } = await tryProposal(api, later);
  const { headers } = await api.send('GET', 'revisions/active');
  const activatedMs = performance.now();
  await api.done(
    'POST',
    `revisions/${number}/activate`,
    { stage: 'none', reason: 'the line must cover all hosts' },
    { 'if-match': String(headers.etag) },
  );
  await untilSo(60_000, 'nothing goes unqueued', async () => (await unqueued(api)) === 0);
  const mendedMs = performance.now() - activatedMs;
  const changedShare = await changed(api);
  const finished = await Promise.all(halfWay.map(finishForm));
  const unqueuedAfter = await unqueued(api);
  await traffic.stop();
  return {
    ...{ foundMs, findings, shares, unqueuedBefore, dryRunShare, changedShare, mendedMs, unqueuedAfter },
    ...{ finished: finished.filter(Boolean).length, begun: HALF_WAY },
  };
}

const isOpen = ({ kind, resolvedAt }: Finding) =>
  resolvedAt === null && (kind === 'event-outside-room' || kind === 'unqueued-surge');

async function openFindings(api: AdminClient): Promise<Finding[]> {
  return (await api.get<{ items: Finding[] }>('findings?open=true')).items.filter(isOpen);
}

async function untilFound(api: AdminClient): Promise<Finding[]> {
  let found: Finding[] = [];
  await untilSo(60_000, 'both uncovered hosts are named', async () => {
    found = await openFindings(api);
    return UNCOVERED.every((host) => found.some(({ evidence }) => evidence.host === host));
  });
  return found;
}

/** A few seconds later, when more than the first requests are in the window. */
async function settledFindings(api: AdminClient): Promise<Finding[]> {
  await untilSo(
    30_000,
    'two thousand requests were seen',
    async () => (await api.get<{ gate: { requests: number } }>('coverage')).gate.requests >= 2_000,
  );
  return openFindings(api);
}

async function compared(findings: readonly Finding[], platform: PlatformProcess) {
  const { byHost, requests } = await platform.stats();
  return UNCOVERED.map((host) => ({
    host,
    told: findings.find(({ evidence }) => evidence.host === host)?.evidence.share ?? 0,
    books: (byHost[host] ?? 0) / requests,
  }));
}

async function unqueued(api: AdminClient): Promise<number> {
  return (await api.get<{ gate: { unqueuedShare: number } }>('coverage')).gate.unqueuedShare;
}

async function tryProposal(api: AdminClient, findings: readonly Finding[]) {
  const proposal = findings.find(({ proposedRule }) => proposedRule !== null)?.proposedRule;
  if (!proposal) throw new Error(`no rule is proposed: ${JSON.stringify(findings)}`);
  const made = await api.done<{ number: number }>('POST', 'revisions', {
    config: proposal.config,
    reason: proposal.summary,
  });
  const dryRun = await api.done<{ share: number }>('POST', `revisions/${made.number}/dry-run`);
  return { number: made.number, dryRunShare: dryRun.share };
}

/** Of what came since the activation: the share that is judged to another room than before it. */
async function changed(api: AdminClient): Promise<number> {
  let addresses: { host: string; room: string | null; requests: number }[] = [];
  const total = () => addresses.reduce((sum, { requests }) => sum + requests, 0);
  await untilSo(30_000, 'some hundred requests came after it', async () => {
    addresses = (await api.get<{ gate: { byAddress: typeof addresses } }>('coverage')).gate.byAddress;
    return total() >= 300;
  });
  const moved = addresses.filter(({ host, room }) => host !== COVERED && room === ROOM);
  return moved.reduce((sum, { requests }) => sum + requests, 0) / total();
}

type Visitor = ReturnType<typeof visitor>;

async function beginForm(gateway: GatewayProcess): Promise<Visitor> {
  const one = visitor(gateway.url, { host: UNCOVERED[0] });
  await one.open(FORM);
  await one.open('/ereg/step/2');
  await one.post('/ereg/step/2', 'name=Ada');
  await one.open('/ereg/step/3');
  return one;
}

/** Whether the visitor gets to the end without begin thrown back. */
async function finishForm(one: Visitor): Promise<boolean> {
  for (const step of [3, 4]) {
    const posted = await one.post(`/ereg/step/${step}`, 'a=b');
    if (posted.status !== 302) return false;
    if ((await one.open(`/ereg/step/${step + 1}`)).status !== 200) return false;
  }
  const last = await one.post('/ereg/step/5', 'a=b');
  return last.status === 302 && String(last.headers.location).endsWith('/ereg/done');
}
