/** Each kind of visitor keeps its manners at a gate and a platform of a few lines. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { startPlatform } from '../../../load-tests/platform/platform.ts';
import type { Arrivals } from '../../../load-tests/rehearse/visitor-words.ts';
import { cleanUpLater } from '../../support/clean-up.ts';
import { startScriptedGate } from '../scripted-gate.ts';
import { groupOf, HOST, load, planOf, serve, targetOf } from './a-load.ts';

const ONE: Arrivals = { shape: 'step', fromSeconds: 0, untilSeconds: 0.1, perMinute: 600 };
const ATTENDEES = `http://${HOST}/api/attendees?eventid=4711`;

async function startQuickPlatform() {
  const platform = await startPlatform({ mode: { queryMs: 0 } });
  cleanUpLater(() => platform.close());
  return platform;
}

/** Answers each request with the next of the answers, and the last ever after; tells what was asked. */
async function startScript(
  answers: ReadonlyArray<(request: IncomingMessage, response: ServerResponse) => void>,
) {
  const asked: string[] = [];
  const origin = await serve((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    answers[Math.min(asked.length, answers.length) - 1]!(request, response);
  });
  return { origin, asked };
}

const json = (body: object) => (_: IncomingMessage, response: ServerResponse) =>
  void response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
const waitFor = (status: number) => (_: IncomingMessage, response: ServerResponse) =>
  void response.writeHead(status, { 'retry-after': '0', 'headgate-state': 'waiting' }).end();
const empty = (_: IncomingMessage, response: ServerResponse) => void response.end();

test('people with every whim register at a platform, five pages each, with what pages are made of loaded once', async () => {
  const platform = await startQuickPlatform();
  const behaviour = { fillsForm: true, leaves: true, loadsAssets: true, backButtonShare: 1 };
  const sent = await load(planOf([groupOf({ behaviour })]), targetOf(platform.url), { workers: 2 });
  const { figures, laws } = await sent.done;
  expect(figures.visitors).toMatchObject({ came: 10, admitted: 10, registered: 10, gone: 10, queued: 0 });
  expect(figures.latencyMs.asset!.requests).toBe(20);
  // Page 1, four steps, two of the back button, and the confirmation.
  expect(figures.latencyMs.page!.requests).toBe(10 * 8);
  expect(figures.latencyMs.form!.requests).toBe(10 * 4);
  expect(platform.books.stats()).toMatchObject({ registrations: { '4711': 10 }, byHost: { [HOST]: 140 } });
  expect(Object.values(laws).map(({ breaches }) => breaches)).toEqual([0, 0, 0, 0, 0]);
});

test('a phone waits as 429 and 503 tell it, logs in, and gets its list', async () => {
  const list = json({ event: '4711', attendees: [] });
  const { origin, asked } = await startScript([waitFor(429), json({ token: 'a' }), waitFor(503), list]);
  const sent = await load(
    planOf([groupOf({ kind: 'mobile', arrivals: ONE, addresses: [{ url: ATTENDEES, weight: 1 }] })]),
    targetOf(origin),
  );
  const { figures } = await sent.done;
  expect(asked).toEqual([
    ...['POST /api/login', 'POST /api/login'],
    ...['GET /api/attendees?eventid=4711', 'GET /api/attendees?eventid=4711'],
  ]);
  expect(figures.requests).toMatchObject({ loginsTried: 2, loginsAnswered: 2, emptyAnswers: 0, failed: 0 });
  expect(figures.visitors).toMatchObject({ left: 1, queued: 1 });
});

test('a phone that gets 200 and nothing else has not logged in, and says so', async () => {
  const { origin } = await startScript([empty, empty, json({ token: 'a' }), json({ attendees: [] })]);
  const sent = await load(planOf([groupOf({ kind: 'mobile', arrivals: ONE })]), targetOf(origin));
  const { figures } = await sent.done;
  expect(figures.requests).toMatchObject({ loginsTried: 3, loginsAnswered: 1, emptyAnswers: 2 });
});

test('staff look at their own list, again and again, and fill no form', async () => {
  const { origin, asked } = await startScript([(_, response) => void response.end('<table>')]);
  const group = groupOf({
    ...{ kind: 'staff', arrivals: ONE, addresses: [{ url: `http://${HOST}/admin/attendees`, weight: 1 }] },
    behaviour: { fillsForm: true, stay: { least: 25, most: 25 } },
  });
  const sent = await load(planOf([group], { compress: 100 }), targetOf(origin));
  expect((await sent.done).figures.visitors.left).toBe(1);
  expect(asked).toEqual(Array(3).fill('GET /admin/attendees'));
});

test('a bot takes as many numbers as it wants, by joins and by pages with fresh cookies', async () => {
  const gate = await startScriptedGate();
  const group = groupOf({ kind: 'bot', arrivals: ONE, behaviour: { numbers: 6, comesWhenCalled: false } });
  const sent = await load(planOf([group]), targetOf(gate.url));
  const { figures } = await sent.done;
  expect(figures.visitors).toMatchObject({ came: 1, noShows: 1, admitted: 0 });
  const joins = gate.asked.filter(({ path }) => path.endsWith('/tickets'));
  const pages = gate.asked.filter(({ headers }) => headers.accept?.includes('text/html'));
  expect([joins.length, pages.length]).toEqual([3, 3]);
  expect([...joins, ...pages].map(({ headers }) => headers['headgate-ticket'] ?? headers.cookie)).toEqual(
    Array(6).fill(undefined),
  );
});

test('who has two tabs asks twice with one ticket', async () => {
  const gate = await startScriptedGate();
  const group = groupOf({ arrivals: ONE, behaviour: { twoTabsShare: 1 } });
  const sent = await load(planOf([group]), targetOf(gate.url));
  const pages = () => gate.asked.filter(({ headers }) => headers.accept?.includes('text/html'));
  await expect.poll(() => pages().length).toBe(2);
  gate.serving = 1;
  const { figures, laws } = await sent.done;
  expect(figures.visitors).toMatchObject({ came: 1, left: 1 });
  expect(pages()[1]!.headers.cookie).toContain('hg_t_event-4711=');
  expect(laws.sharedNumbers.breaches + laws.lostPlaces.breaches).toBe(0);
});

test('people reload a countdown until the opening, and come at it', async () => {
  const asked: number[] = [];
  const origin = await serve((_, response) => {
    asked.push(performance.now());
    response.end('<p>soon');
  });
  const arrivals = {
    shape: 'countdown' as const,
    opensAtSeconds: 40,
    visitors: 5,
    earlySeconds: 40,
    reloadSeconds: 4,
  };
  const sent = await load(planOf([groupOf({ arrivals })], { compress: 40 }), targetOf(origin));
  const { figures } = await sent.done;
  expect(figures.visitors).toMatchObject({ came: 5, left: 5 });
  // Each reloads some times, by chance, before it goes in once.
  expect(asked.length).toBeGreaterThan(5 * 2);
  expect(figures.visitors.admitted).toBe(5);
});

test('a walk away, an early end, and those who never stop waiting are told apart', async () => {
  const gate = await startScriptedGate();
  const impatient = { share: 1, afterSeconds: 0.1 };
  const groups = [
    groupOf({ name: 'no-shows', arrivals: ONE, behaviour: { noShowShare: 1 } }),
    groupOf({ name: 'impatient', arrivals: ONE, behaviour: { impatience: impatient } }),
    groupOf({ name: 'patient', arrivals: ONE }),
  ];
  const sent = await load(planOf(groups), targetOf(gate.url));
  await expect.poll(async () => (await sent.figures()).visitors.gone).toBe(2);
  expect((await sent.figures()).groups.patient).toMatchObject({ waiting: 1, queued: 1 });
  const { figures } = await sent.stop();
  expect(figures.groups).toMatchObject({
    ...{ 'no-shows': { noShows: 1 }, impatient: { noShows: 1 }, patient: { stopped: 1, waiting: 0 } },
  });
});

test('a balancer that changes its mind is followed, and each visitor tells its own network', async () => {
  const networks: string[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    networks.push(String(request.headers['x-forwarded-for']));
    response.end('<p>in');
  };
  const [old, later] = [await serve(() => {}), await serve(listener)];
  let origin = old;
  const arrivals: Arrivals = { shape: 'step', fromSeconds: 1, untilSeconds: 2, perMinute: 240 };
  const sent = await load(planOf([groupOf({ arrivals, behaviour: { networks: 2 } })]), {
    ...targetOf(old),
    origins: () => [origin],
    headers: { 'headgate-rehearsal': 'a' },
  });
  origin = later;
  await sent.done;
  expect(networks.toSorted()).toEqual(['100.64.0.0', '100.64.0.0', '100.64.0.1', '100.64.0.1']);
});

test('what is said at each address is counted without its query', async () => {
  const gate = await startScriptedGate();
  gate.serving = 1;
  const sent = await load(planOf([groupOf({ arrivals: ONE })]), targetOf(gate.url));
  const { figures } = await sent.done;
  expect(figures.states).toContainEqual({
    ...{ host: HOST, path: '/ereg/newreg.php', states: { waiting: 1, admitted: 1 } },
  });
});

test('the end of a run leaves no visitor and no process', async () => {
  const gate = await startScriptedGate();
  const end = new AbortController();
  const sent = await load(planOf([groupOf()]), targetOf(gate.url), { workers: 1, signal: end.signal });
  await expect.poll(async () => (await sent.figures()).visitors.waiting).toBeGreaterThan(0);
  end.abort();
  const { figures } = await sent.done;
  expect(figures.visitors.stopped).toBe(figures.visitors.came);
});
