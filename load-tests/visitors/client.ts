/** One visitor's HTTP client: keeps cookies and the gate's header tokens, and never follows, retries or throws by itself. */
import type { Dispatcher } from 'undici';
import { createCookieJar } from './cookie-jar.ts';
import type { VisitorPlan } from './words.ts';

const ACCOUNT_COOKIE = 'ereg_account';
const OFFERS = 8;

export interface ClientOptions {
  /** Origin of the gate, or of the platform itself; of several gates, the one for the next request, as a balancer chooses. */
  base: Base;
  /** Host to name, where it is not the base's. */
  host?: string;
  dispatcher: Dispatcher;
  /** Ends requests when the run is over. */
  signal: AbortSignal;
  /** Hears of each request when it is over, but by the end of the run: what it asked for, and what came. */
  onAnswer?: (asked: Asked, answer: Answer) => void;
}

export interface Asked {
  method: 'GET' | 'POST';
  path: string;
  purpose: Purpose;
}

export interface Answer {
  /** 0: none came. */
  status: number;
  /** The gate's `headgate-state`; null without a gate. */
  state: string | null;
  header(name: string): string | null;
  /** The JSON body, or null. */
  json(): Record<string, unknown> | null;
  askedAtMs: number;
  toldAtMs: number;
  /** Nobody took the connection. */
  wasRefused: boolean;
}

/** Why the request is sent, which decides its headers. */
export type Purpose =
  /** A page, or a form's post. */
  | 'navigate'
  /** A page's script, or a program's question. */
  | 'ask';

export interface Client {
  send(method: 'GET' | 'POST', path: string, purpose: Purpose, form?: string): Promise<Answer>;
  /** Name and value of all cookies. */
  cookies(): Iterable<[string, string]>;
  /** The ticket and pass that came by header. */
  readonly tokens: { ticket: string | null; pass: string | null };
}

export type Base = string | (() => string);

export function createClient(
  options: ClientOptions,
  plan: Pick<VisitorPlan, 'kind' | 'patienceMs' | 'account'>,
): Client {
  const jar = createCookieJar();
  const tokens: Client['tokens'] = { ticket: null, pass: null };
  if (plan.account !== undefined) jar.take([`${ACCOUNT_COOKIE}=${plan.account}`]);
  const nextBase = () => (typeof options.base === 'string' ? options.base : options.base());

  const headersFor = (base: string, method: string, purpose: Purpose): Record<string, string> => {
    const origin = options.host ? `http://${options.host}` : base;
    const headers = plan.kind === 'browser' ? browserHeaders(purpose) : programHeaders(tokens);
    const cookie = jar.header();
    if (cookie !== null) headers.cookie = cookie;
    if (options.host) headers.host = options.host;
    if (method === 'POST')
      Object.assign(headers, { origin, 'content-type': 'application/x-www-form-urlencoded' });
    return headers;
  };
  const keepTokens = (answer: Answer) => {
    tokens.ticket = answer.header('headgate-ticket') ?? tokens.ticket;
    tokens.pass = answer.header('headgate-pass') ?? tokens.pass;
  };

  return {
    tokens,
    cookies: () => jar.entries(),
    async send(method, path, purpose, form) {
      const request = (base: string) => ({
        origin: base,
        path,
        method,
        headers: headersFor(base, method, purpose),
        body: form ?? null,
        headersTimeout: plan.patienceMs,
        bodyTimeout: plan.patienceMs,
        signal: options.signal,
      });
      const exchangeAt = (base: string) =>
        exchange(options.dispatcher, request(base), (lines) => jar.take(lines));
      let answer = await exchangeAt(nextBase());
      // A balancer offers a request that nobody took to the next gate; one that was taken and not answered it does not.
      for (let left = OFFERS; answer.wasRefused && left > 0; left--) answer = await exchangeAt(nextBase());
      keepTokens(answer);
      // What the end of the run cut off says nothing of who was asked.
      if (!options.signal.aborted) options.onAnswer?.({ method, path, purpose }, answer);
      return answer;
    },
  };
}

async function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.RequestOptions,
  takeCookies: (lines: readonly string[]) => void,
): Promise<Answer> {
  const askedAtMs = performance.now();
  try {
    const { statusCode, headers, body } = await dispatcher.request(request);
    const text = await body.text();
    takeCookies([headers['set-cookie'] ?? []].flat());
    return toAnswer(statusCode, headers, text, askedAtMs);
  } catch (error) {
    const wasRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    return { ...toAnswer(0, {}, '', askedAtMs), wasRefused };
  }
}

function toAnswer(
  status: number,
  headers: Dispatcher.ResponseData['headers'],
  text: string,
  askedAtMs: number,
): Answer {
  const header = (name: string) => [headers[name] ?? []].flat()[0] ?? null;
  return {
    status,
    state: header('headgate-state'),
    header,
    json: () => (header('content-type')?.includes('json') ? parseObject(text) : null),
    askedAtMs,
    toldAtMs: performance.now(),
    wasRefused: false,
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function browserHeaders(purpose: Purpose): Record<string, string> {
  if (purpose === 'ask') {
    return {
      accept: 'application/json',
      'sec-fetch-mode': 'cors',
      'sec-fetch-site': 'same-origin',
      'sec-fetch-dest': 'empty',
    };
  }
  return {
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-site': 'same-origin',
    'sec-fetch-dest': 'document',
  };
}

function programHeaders(tokens: Client['tokens']): Record<string, string> {
  return {
    accept: 'application/json',
    ...(tokens.ticket === null ? {} : { 'headgate-ticket': tokens.ticket }),
    ...(tokens.pass === null ? {} : { 'headgate-pass': tokens.pass }),
  };
}
