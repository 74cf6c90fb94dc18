/** Laws of the observer when something around it fails: a request goes on, and a stamp is judged by the host that the gate saw. */
import { expect, test } from 'vitest';
import { ask } from '../../support/http-client.ts';
import { newObserver, REQUEST, requestOf, SERVERS, stamped, stampOf } from './support.ts';

test('what the platform’s own function throws breaks no request, and is told once', async () => {
  const host = () => {
    throw new Error('no host today');
  };
  const observer = newObserver({ refuse: true, host });
  for (const start of Object.values(SERVERS)) {
    const url = await start(observer);
    for (let i = 0; i < 2; i += 1) expect((await ask(url + REQUEST.pathAndQuery)).status).toBe(200);
  }
  expect(observer.said).toEqual([expect.stringContaining('no host today')]);
});

test('a listener to verdicts that throws changes none', async () => {
  const seen: string[] = [];
  const onVerdict = ({ kind }: { kind: string }) => {
    seen.push(kind);
    throw new Error('full');
  };
  const observer = newObserver({ refuse: true, onVerdict });
  const url = await SERVERS.connect(observer);
  expect((await ask(url + REQUEST.pathAndQuery)).status).toBe(403);
  expect((await ask(url + REQUEST.pathAndQuery, { headers: stamped() })).status).toBe(200);
  expect([seen, observer.said.length]).toEqual([['unstamped', 'stamped'], 1]);
});

test.each([
  ['as a text', REQUEST.host],
  ['as a function', () => REQUEST.host],
])('where a proxy changes Host, the gate’s host is told %s', (_how, host) => {
  const changed = requestOf({ host: 'backend.internal', 'headgate-stamp': stampOf() });
  expect(newObserver().observe(changed)).toMatchObject({ kind: 'unstamped', wrong: 'forged' });
  expect(newObserver({ host }).observe(changed)).toMatchObject({ kind: 'stamped', room: 'event-4711' });
});

test('two stamps are none: which of them would the platform believe?', async () => {
  const observer = newObserver({ refuse: true });
  const both = `${stampOf()}, ${stampOf()}`;
  expect(observer.observe(requestOf({ 'headgate-stamp': both }))).toMatchObject({
    wrong: 'malformed',
    isRefused: true,
  });
});
