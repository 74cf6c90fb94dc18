/** Revisions that go out in stages: a bad one comes back by itself, a good one reaches all, and whatever happens between leaves one clear state. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { untilSo } from '../../support/within.ts';
import { type SteadyTraffic, sendTraffic } from './traffic.ts';

const ROOMS = 'rooms: { platform: { allowance: { inFlight: 1000 } } }';

/** Every twentieth request of the traffic is one of these. */
const SOME = '/api/attendees';

/** Good: only a name changes. */
export const GOOD = `
${ROOMS}
rules: [{ name: attendees once more, match: { path: ${SOME} }, room: platform, class: api }]
`;

/** Bad: the twentieth goes to a platform that is not there. */
export const BAD = `
${ROOMS}
upstreams: { platform: { targets: ["PLATFORM"] }, old: { targets: ["http://127.0.0.1:9"] } }
rules: [{ name: attendees, match: { path: ${SOME} }, room: platform, class: api, upstream: old }]
`;

export interface RevisionView {
  number: number;
  state: string;
}

export interface GatewayView {
  gateway: string;
  revision: number;
}

interface ListedGateway {
  id: string;
  revision: number;
  silent: boolean;
}

export interface CanaryStage {
  deployment: Deployment;
  traffic: SteadyTraffic;
  /** Makes the configuration a revision and answers its number. */
  make(config: string): Promise<number>;
  activate(number: number, stage: 'gateways' | 'none'): Promise<void>;
  revisions(): Promise<RevisionView[]>;
  gateways(): Promise<GatewayView[]>;
  /** Every revision that each gateway was seen with, by the admin's reports, since the stage began. */
  seen: Map<string, Set<number>>;
  /** No more traffic for the gateway of this origin. */
  leaveOut(url: string): void;
  /** Resolves with the ms since the call when nothing is staged any more and all live gateways run the active revision. */
  settled(live: number): Promise<number>;
}

export async function startCanary(perSecond = 150): Promise<CanaryStage> {
  const deployment = await startDeployment({ gateways: 3, config: ROOMS });
  const { gateways, api } = deployment;
  const out = new Set<string>();
  const traffic = sendTraffic({
    origins: () => gateways.map(({ url }) => url).filter((url) => !out.has(url)),
    next: (count) => ({ path: count % 20 === 0 ? SOME : '/events' }),
    perSecond,
  });
  const seen = new Map<string, Set<number>>();
  const gatewayViews = async (): Promise<GatewayView[]> => {
    const { items } = await api.get<{ items: ListedGateway[] }>('gateways');
    return items.filter(({ silent }) => !silent).map(({ id, revision }) => ({ gateway: id, revision }));
  };
  const active = () => api.get<{ number: number; staged: unknown }>('revisions/active');
  const note = async () => {
    const views = await gatewayViews();
    for (const { gateway, revision } of views)
      seen.set(gateway, (seen.get(gateway) ?? new Set()).add(revision));
    return views;
  };
  return {
    ...{ deployment, traffic, seen, gateways: note, leaveOut: (url) => void out.add(url) },
    async make(config) {
      const text = deployment
        .text(config)
        .replace(/^upstreams: .*$/m, (line) => (config.includes('upstreams:') ? '' : line));
      const body = { config: text.replaceAll('PLATFORM', deployment.platform.url), reason: 'a deploy' };
      return (await api.done<{ number: number }>('POST', 'revisions', body)).number;
    },
    async activate(number, stage) {
      const reply = await api.send('GET', 'revisions/active');
      const etag = String(reply.headers.etag);
      await api.done(
        'POST',
        `revisions/${number}/activate`,
        { stage, reason: 'a deploy' },
        { 'if-match': etag },
      );
    },
    revisions: async () => (await api.get<{ items: RevisionView[] }>('revisions')).items,
    async settled(live) {
      const beganMs = performance.now();
      await untilSo(120_000, 'the deployment settles', async () => {
        const [views, { number, staged }] = [await note(), await active()];
        return staged === null && views.length === live && views.every(({ revision }) => revision === number);
      });
      return performance.now() - beganMs;
    },
  };
}
