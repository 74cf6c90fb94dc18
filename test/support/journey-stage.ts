/** The stage of a journey: a platform, a gate with one slot an event, and somebody inside, so that who comes next waits. */
import type { Page } from 'playwright-core';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { ask, visitor } from './http-client.ts';
import { type PlatformProcess, startPlatformProcess } from './platform-process.ts';

export interface Stage {
  platform: PlatformProcess;
  gate: GatewayProcess;
  /** Page 1 of an event's registration, the only one that names it. */
  addressOf(event: string): string;
  issued(room: string): Promise<number>;
  /** Takes the event's only slot; `leave` gives it back. */
  occupy(event: string): Promise<Occupant>;
}

export interface Occupant {
  leave(): Promise<void>;
  /** The gate's state for the occupant's own next page. */
  stateNow(): Promise<string | undefined>;
}

const RULES = `
rules:
  - { name: gone, match: { path: /gone/* }, room: gone, upstream: gone }
  - { name: assets, match: { path: /assets/*, methods: [GET, HEAD] }, action: bypass, class: asset }
  - { name: api, match: { path: /api/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}", class: api }
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
`;

/** Further YAML: rooms, and top-level keys. `gonePort` is where the platform of `/gone/*` would listen. */
export interface StageParts {
  rooms?: string;
  more?: string;
  gonePort?: number;
}

export function stageConfig(
  upstream: string,
  { rooms = '', more = '', gonePort = 9 }: StageParts = {},
): string {
  return `
upstreams:
  platform: { targets: ["${upstream}"] }
  gone: { targets: ["http://127.0.0.1:${gonePort}"] }
rooms:
  "event-{eventid}": { limits: { sessions: 1 } }
  platform: { limits: { sessions: 100 } }
  gone: { limits: { sessions: 5 } }
${rooms}${RULES}${more}`;
}

export async function startStage(parts: StageParts = {}): Promise<Stage> {
  const platform = await startPlatformProcess({ integrated: true });
  const gate = await startGateway({ config: stageConfig(platform.url, parts) });
  const addressOf = (event: string) => `${gate.url}/ereg/newreg.php?eventid=${event}`;
  return {
    platform,
    gate,
    addressOf,
    async issued(room) {
      const view = await ask(`${gate.url}/.headgate/rooms/${room}/status`);
      return view.status === 404 ? 0 : view.json<{ issued: number }>().issued;
    },
    occupy: (event) => occupy(gate.url, event),
  };
}

async function occupy(site: string, event: string): Promise<Occupant> {
  const first = visitor(site);
  const page = `/ereg/newreg.php?eventid=${event}`;
  const answer = await first.open(page);
  if (answer.state !== 'admitted') throw new Error(`event ${event} is taken: ${answer.state}`);
  return {
    async leave() {
      const left = await first.send(`/.headgate/rooms/event-${event}/leave`, { method: 'POST' });
      if (left.status !== 204) throw new Error(`could not leave: ${left.status} ${left.text}`);
    },
    stateNow: async () => (await first.open(page)).state,
  };
}

/** Walks pages 1 to 5 as a person does and returns the registration number. */
export async function register(page: Page, name: string): Promise<string> {
  await page.getByRole('link', { name: 'Begin' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('E-mail').fill('someone@example.com');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Organisation').fill('Waterworks');
  await page.getByLabel('Country').fill('Austria');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Lunch').selectOption('Fish');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await page.getByRole('heading', { name: 'You are registered' }).waitFor();
  return (await page.getByText('Registration number').locator('strong').textContent()) ?? '';
}

/** The number that a page of the line shows. */
export async function shownNumber(page: Page): Promise<string> {
  return (await page.locator('[data-hg="number"]').textContent()) ?? '';
}
