/** A gate of a few lines that does what a test tells it: the double against which virtual visitors show their manners. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cleanUpLater } from '../support/clean-up.ts';

export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  atMs: number;
}

export interface ScriptedGate {
  url: string;
  asked: Asked[];
  /** Numbers up to this are called. */
  serving: number;
  /** What called visitors meet at the protected address: how many times it still says wait. */
  refusals: number;
  /** What answers the form's steps, in place of 200 and a redirect. */
  stepStatus: number | null;
  paths(): string[];
}

const ROOM = 'event-4711';
const POLL_SECONDS = 0.05;

export async function startScriptedGate(): Promise<ScriptedGate> {
  const server = createServer((request, response) => answer(gate, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUpLater(() => {
    server.close();
    server.closeAllConnections();
  });
  const gate: ScriptedGate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    serving: 0,
    refusals: 0,
    stepStatus: null,
    paths: () => gate.asked.map(({ method, path }) => `${method} ${path}`),
  };
  return gate;
}

function answer(gate: ScriptedGate, request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url: path = '', headers } = request;
  gate.asked.push({ method, path, headers, atMs: performance.now() });
  request.resume();
  if (path.endsWith('/tickets')) sendJson(response, 201, placeOf(gate, 1), {});
  else if (path.endsWith('/ticket')) sendJson(response, 200, placeOf(gate, 1), {});
  else if (path.endsWith('/leave')) response.writeHead(204).end();
  else if (path.startsWith('/ereg/step/')) sendStep(gate, path, method, response);
  else sendProtected(gate, headers, response);
}

function placeOf(gate: ScriptedGate, number: number) {
  const position = Math.max(0, number - gate.serving);
  const state = position === 0 ? 'called' : 'waiting';
  return {
    ticket: token,
    room: ROOM,
    state,
    number,
    position,
    serving: gate.serving,
    pollAfterSeconds: POLL_SECONDS,
  };
}

const token = `x.${Buffer.from(JSON.stringify({ room: ROOM, lane: 'default', n: 1 })).toString('base64url')}.x`;

function sendStep(gate: ScriptedGate, path: string, method: string, response: ServerResponse): void {
  const next = path.endsWith('5') ? '/ereg/done' : '/ereg/step/3';
  const status = gate.stepStatus ?? (method === 'POST' ? 302 : 200);
  response.writeHead(status, { 'headgate-state': 'admitted', location: next }).end();
}

function sendProtected(
  gate: ScriptedGate,
  headers: IncomingMessage['headers'],
  response: ServerResponse,
): void {
  const isProgram = headers.accept === 'application/json';
  const hasTicket = isProgram
    ? headers['headgate-ticket'] === token
    : headers.cookie?.includes(`hg_t_${ROOM}`);
  const isIn = hasTicket && gate.serving >= 1 && gate.refusals-- <= 0;
  if (isIn) admit(isProgram, response);
  else if (isProgram) sendProblem(response);
  else sendWaitingPage(response);
}

function sendProblem(response: ServerResponse): void {
  const problem = { join: `/.headgate/rooms/${ROOM}/tickets`, room: ROOM };
  sendJson(response, 503, problem, { 'headgate-state': 'waiting', 'retry-after': '0' }, 'problem+json');
}

function sendWaitingPage(response: ServerResponse): void {
  const headers = { 'headgate-state': 'waiting', refresh: String(POLL_SECONDS) };
  const cookie = `hg_t_${ROOM}=${token}; Path=/; HttpOnly`;
  response.writeHead(200, { ...headers, 'set-cookie': cookie }).end('<p>wait');
}

function admit(isProgram: boolean, response: ServerResponse): void {
  const pass = isProgram ? { 'headgate-pass': token } : { 'set-cookie': `hg_p_${ROOM}=${token}` };
  response.writeHead(200, { 'headgate-state': 'admitted', ...pass }).end('<p>in');
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string>,
  type = 'json',
): void {
  response.writeHead(status, { ...headers, 'content-type': `application/${type}` }).end(JSON.stringify(body));
}
