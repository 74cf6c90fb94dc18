/** September 2019: an operator disables a rule by a pin, and the next deploy brings the rule back, with restarts. */
import { startDeployment } from '../../support/deployment.ts';
import { ask } from '../../support/http-client.ts';
import { untilSo } from '../../support/within.ts';

const ROOMS = 'rooms: { platform: {}, middleware: {} }';
const CONFIG = `
${ROOMS}
rules:
  - { name: middleware, match: { path: /ereg/* }, room: middleware }
`;
/** The next build: the rule stands there again, and something else has changed. */
const DEPLOYED = `
${ROOMS}
rules:
  - { name: assets, match: { path: /assets/* }, action: bypass, class: asset }
  - { name: middleware, enabled: true, match: { path: /ereg/* }, room: middleware }
`;
/** Of one gateway alone. */
const STRAY = `
${ROOMS}
rules:
  - { name: somewhere else, match: { path: /ereg/* }, action: bypass }
`;

export interface DriftItem {
  kind: string;
  gateway: string | null;
  path: string | null;
  file: string | null;
  line: number | null;
  summary: string;
}

export interface SeptemberOutcome {
  /** By which room each gateway judged the path after the deploy, and what the admin told. */
  roomsAfterDeploy: string[];
  contradiction: DriftItem;
  contradictionMs: number;
  roomsWithStray: string[];
  stray: DriftItem;
  strayMs: number;
  /** Whether the rule counts again when the pin is lifted. */
  roomsAfterLift: string[];
}

export async function runSeptember(): Promise<SeptemberOutcome> {
  const deployment = await startDeployment({ gateways: 3, config: CONFIG });
  const { gateways, admin, heard } = deployment;
  /** The room that each gateway's metrics count the request in. */
  const rooms = async (): Promise<string[]> => {
    const names = gateways.map(async ({ url, metricsUrl }) => {
      const before = await counts(metricsUrl);
      await (await fetch(`${url}/ereg/newreg.php`)).arrayBuffer();
      const after = await counts(metricsUrl);
      return Object.keys(after).find((room) => after[room] !== before[room]) ?? 'none';
    });
    return Promise.all(names);
  };
  const drift = async (is: (item: DriftItem) => boolean): Promise<[DriftItem, number]> => {
    const beganMs = performance.now();
    let found: DriftItem | undefined;
    await untilSo(60_000, 'the drift is told', async () => {
      found = (await deployment.api.get<{ items: DriftItem[] }>('drift')).items.find(is);
      return found !== undefined;
    });
    return [found as DriftItem, performance.now() - beganMs];
  };

  const pin = await deployment.api.done<{ id: string }>('POST', 'pins', {
    path: 'rules.middleware.enabled',
    value: false,
    reason: 'it took the database down',
  });
  await untilSo(30_000, 'the pin holds everywhere', async () =>
    (await rooms()).every((room) => room === 'platform'),
  );

  const deployed = deployment.text(DEPLOYED);
  await Promise.all([admin, ...gateways].map((one) => one.writeConfig(deployed)));
  for (const gateway of gateways) await gateway.restart();
  await admin.restart();
  const [contradiction, contradictionMs] = await drift(
    ({ path, summary }) => path === 'rules.middleware.enabled' && /pin/i.test(summary),
  );
  await heard(3);
  const roomsAfterDeploy = await rooms();

  const third = gateways[2]!;
  await third.writeConfig(deployment.text(STRAY));
  await third.restart();
  const [stray, strayMs] = await drift(
    ({ path, file }) => file !== null && (path ?? '').includes('somewhere else'),
  );
  const roomsWithStray = await rooms();

  await deployment.api.done('DELETE', `pins/${pin.id}?reason=mended`);
  await untilSo(30_000, 'the rule counts again', async () =>
    (await rooms()).every((room) => room === 'middleware'),
  );
  const roomsAfterLift = await rooms();
  return { roomsAfterDeploy, contradiction, contradictionMs, roomsWithStray, stray, strayMs, roomsAfterLift };
}

async function counts(metricsUrl: string): Promise<Record<string, number>> {
  const { text } = await ask(`${metricsUrl}/metrics`);
  const found: Record<string, number> = {};
  for (const [, room, count] of text.matchAll(/^headgate_requests_total\{room="([^"]*)".*\} (\d+)/gm))
    found[room as string] = (found[room as string] ?? 0) + Number(count);
  return found;
}
