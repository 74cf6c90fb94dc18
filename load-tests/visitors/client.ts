/** One visitor's HTTP client: keeps cookies and the gate's header tokens, and never follows, retries or throws by itself. */
import type { Dispatcher } from 'undici';
import { browserHeaders, programHeaders, type Tokens } from './client-headers.ts';
import { type CookieJar, createCookieJar } from './cookie-jar.ts';
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
  /** On every request, whatever else it says. */
  headers?: Readonly<Record<string, string>>;
  /** A connection that nobody takes: offered to the next base, as a balancer does, where absent; or a failed request. */
  onRefused?: 'next' | 'fail';
  /** Hears of each request when it is over, but by the end of the run: what it asked for, and what came. */
  onAnswer?: (asked: Asked, answer: Answer) => void;
  /** Hears how late each request was sent that was meant for a time, ms. */
  onSend?: (lateMs: number) => void;
}

export type Method = 'GET' | 'HEAD' | 'POST';

export interface Asked {
  method: Method;
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
  /** The whole body. */
  text(): string;
  /** When it was meant to be sent: a sender that is late makes no answer look quicker. */
  dueAtMs: number;
  askedAtMs: number;
  toldAtMs: number;
  /** Nobody took the connection. */
  wasRefused: boolean;
  /** A redirect to another place, where nobody goes: whoever is there has not agreed to be loaded. */
  leadsAway: boolean;
}

/** Why the request is sent, which decides its headers. */
export type Purpose =
  /** A page, or a form's post. */
  | 'navigate'
  /** A page's script, or a program's question. */
  | 'ask'
  /** What a page is made of. */
  | 'asset';

/** A form's text, or what an API is told, with the headers that go along. */
export type Sent = string | { json: object } | { headers: Readonly<Record<string, string>> };

export interface Client {
  send(method: Method, path: string, purpose: Purpose, sent?: Sent): Promise<Answer>;
  /** The next request is meant for this time; once it is sent, those after it for whenever they are. */
  dueAtMs: number | null;
  /** A second tab has the same. */
  readonly jar: CookieJar;
  /** Name and value of all cookies. */
  cookies(): Iterable<[string, string]>;
  /** The ticket and pass that came by header. */
  readonly tokens: Tokens;
}

export type Base = string | (() => string);

export function createClient(
  options: ClientOptions,
  plan: Pick<VisitorPlan, 'kind' | 'patienceMs' | 'account'>,
  jar: CookieJar = createCookieJar(),
): Client {
  const tokens: Tokens = { ticket: null, pass: null };
  if (plan.account !== undefined) jar.take([`${ACCOUNT_COOKIE}=${plan.account}`]);
  const nextBase = () => (typeof options.base === 'string' ? options.base : options.base());
  const offers = options.onRefused === 'fail' ? 0 : OFFERS;

  const headersFor = (base: string, method: Method, purpose: Purpose, sent?: Sent) => {
    const headers = plan.kind === 'browser' ? browserHeaders(purpose) : programHeaders(tokens);
    const cookie = jar.header();
    if (cookie !== null) headers.cookie = cookie;
    if (options.host) headers.host = options.host;
    if (method === 'POST') {
      headers.origin = options.host ? `http://${options.host}` : base;
      headers['content-type'] = isJson(sent) ? 'application/json' : 'application/x-www-form-urlencoded';
    }
    return Object.assign(
      headers,
      options.headers,
      typeof sent === 'object' && 'headers' in sent && sent.headers,
    );
  };
  const keepTokens = (answer: Answer) => {
    tokens.ticket = answer.header('headgate-ticket') ?? tokens.ticket;
    tokens.pass = answer.header('headgate-pass') ?? tokens.pass;
  };

  const client: Client = {
    tokens,
    jar,
    dueAtMs: null,
    cookies: () => jar.entries(),
    async send(method, path, purpose, sent) {
      const dueAtMs = takeDue(client, options.onSend);
      const request = (base: string) => ({
        origin: base,
        path,
        method,
        headers: headersFor(base, method, purpose, sent),
        body: bodyOf(sent),
        headersTimeout: plan.patienceMs,
        bodyTimeout: plan.patienceMs,
        signal: options.signal,
      });
      const exchangeAt = (base: string) =>
        exchange(options.dispatcher, request(base), (lines) => jar.take(lines));
      let answer = await exchangeAt(nextBase());
      // A balancer offers a request that nobody took to the next gate; one that was taken and not answered it does not.
      for (let left = offers; answer.wasRefused && left > 0; left--) answer = await exchangeAt(nextBase());
      if (dueAtMs !== null) answer.dueAtMs = dueAtMs;
      keepTokens(answer);
      // What the end of the run cut off says nothing of who was asked.
      if (!options.signal.aborted) options.onAnswer?.({ method, path, purpose }, answer);
      return answer;
    },
  };
  return client;
}

/** Takes the time that the request is meant for off the client, and tells how late it is. */
function takeDue(client: Client, onSend: ClientOptions['onSend']): number | null {
  const { dueAtMs } = client;
  client.dueAtMs = null;
  if (dueAtMs !== null) onSend?.(Math.max(0, performance.now() - dueAtMs));
  return dueAtMs;
}

function isJson(sent: Sent | undefined): sent is { json: object } {
  return typeof sent === 'object' && 'json' in sent;
}

function bodyOf(sent: Sent | undefined): string | null {
  if (isJson(sent)) return JSON.stringify(sent.json);
  return typeof sent === 'string' ? sent : null;
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
    const answer = toAnswer(statusCode, headers, text, askedAtMs);
    return statusCode < 300 || statusCode >= 400 ? answer : { ...answer, leadsAway: isAway(answer, request) };
  } catch (error) {
    const wasRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    return { ...toAnswer(0, {}, '', askedAtMs), wasRefused };
  }
}

/** Seen from the address as its visitor writes it, and from where it was really sent. */
function isAway({ header }: Answer, { origin, headers }: Dispatcher.RequestOptions): boolean {
  const base = String(origin);
  const to = header('location') ?? '';
  const { host } = headers as Record<string, string>;
  if (!URL.canParse(to, base)) return false;
  const own = [new URL(base).origin, ...(host === undefined ? [] : [`http://${host.toLowerCase()}`])];
  return !own.includes(new URL(to, base).origin);
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
    text: () => text,
    dueAtMs: askedAtMs,
    askedAtMs,
    toldAtMs: performance.now(),
    wasRefused: false,
    leadsAway: false,
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
