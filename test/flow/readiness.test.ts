/** A launch's readiness, looked at over the API: green only where somebody looked, red as soon as something speaks against it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { untilSo } from '../support/within.ts';

const ROOM = 'event-4711';
const FORM = '/ereg/newreg.php?eventid=4711';
const OPENS_AT = new Date(Date.now() + 86_400_000).toISOString();
const PATIENCE_MS = 60_000;
const RULE = 'match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}"';

const config = (rules: string, limits = '{ sessions: 10 }') => `
rooms: { platform: {}, "event-{eventid}": { limits: ${limits} } }
rules: [${rules}]
launches: [{ name: summer, room: ${ROOM}, opensAt: "${OPENS_AT}", addresses: ["http://register.invalid${FORM}"] }]
`;
const GOOD = config(`{ name: event, ${RULE} }`);

interface Item {
  name: string;
  state: string;
  detail: string;
}
interface Readiness {
  revision: number;
  state: string;
  items: Item[];
}

let deployment: Deployment;

beforeAll(async () => {
  deployment = await startDeployment({ gateways: 2, config: GOOD });
});

const readiness = () => deployment.api.get<Readiness>('launches/summer/readiness');
const item = async (name: string) => (await readiness()).items.find((one) => one.name === name);
const untilItem = (name: string, state: string) =>
  untilSo(PATIENCE_MS, `${name} is ${state}`, async () => (await item(name))?.state === state);

async function activate(text: string): Promise<void> {
  const { api } = deployment;
  const reason = 'another plan';
  const { number } = await api.done<{ number: number }>('POST', 'revisions', {
    config: deployment.text(text),
    reason,
  });
  const { headers } = await api.send('GET', 'revisions/active');
  const match = { 'if-match': String(headers.etag) };
  await api.done('POST', `revisions/${number}/activate`, { stage: 'none', reason }, match);
}

describe('the readiness of a launch', () => {
  it('is unknown, and not green, while nobody rehearsed, probed or observed', async () => {
    await untilItem('gateways-agree', 'green');
    const { state, items, revision } = await readiness();
    const stateOf = Object.fromEntries(items.map((one) => [one.name, one.state]));
    expect(stateOf).toMatchObject({
      ...{ 'addresses-reach-the-room': 'green', 'limits-set': 'green', 'keys-outlast-the-launch': 'green' },
      'direct-path-refused': 'unknown',
      ...{ 'observer-heard': 'unknown', 'rehearsal-passed': 'unknown' },
    });
    expect(state).toBe('unknown');
    const active = await deployment.api.get<{ number: number }>('revisions/active');
    expect(revision).toBe(active.number);
    const { items: launches } = await deployment.api.get<{ items: unknown[] }>('launches');
    expect(launches).toEqual([expect.objectContaining({ name: 'summer', room: ROOM, state: 'unknown' })]);
  });

  it('turns red when a change of the rules leads its address elsewhere, and names the rule', async () => {
    await activate(
      config(`{ name: forms, match: { path: /ereg/* }, room: platform }, { name: event, ${RULE} }`),
    );
    await untilItem('addresses-reach-the-room', 'red');
    expect((await item('addresses-reach-the-room'))?.detail).toContain('"forms"');
    expect((await readiness()).state).toBe('red');
  });

  it('turns red when its room has no limits', async () => {
    await activate(config(`{ name: event, ${RULE} }`, '{}'));
    await untilItem('limits-set', 'red');
    await activate(GOOD);
    await untilItem('limits-set', 'green');
    await untilItem('gateways-agree', 'green');
  });

  it('turns red with drift: one gateway’s file says something else', async () => {
    const [, second] = deployment.gateways;
    await second!.writeConfig(
      deployment.text(config('{ name: stray, match: { path: /* }, action: bypass }')),
    );
    await untilItem('gateways-agree', 'red');
    expect((await item('gateways-agree'))?.detail).toContain('stray');
    await second!.writeConfig(deployment.text(GOOD));
    await untilItem('gateways-agree', 'green');
  });

  it('turns red while its room is closed, and is well when it opens before the launch', async () => {
    const { api } = deployment;
    await api.done('POST', `rooms/${ROOM}/offline`, { reason: 'not today' });
    await untilItem('line-open', 'red');
    const reopensAt = new Date(Date.parse(OPENS_AT) - 3_600_000).toISOString();
    await api.done('POST', `rooms/${ROOM}/offline`, { reopensAt, reason: 'an hour before the launch' });
    await untilItem('line-open', 'green');
  });

  it('turns red when a gateway falls silent', async () => {
    const [, second] = deployment.gateways;
    await second!.kill('SIGKILL');
    await untilItem('gateways-agree', 'red');
    expect((await item('gateways-agree'))?.detail).toContain('is silent');
  });
});
