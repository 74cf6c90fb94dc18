/**
 * Wrong inputs by the hundred, derived from the API's own OpenAPI document: wrong types, missing, extra, huge and deep values, odd
 * texts, prototype keys, wrong content types, broken JSON, bad cursors and addresses. Whatever comes, the answer is a problem
 * document of a 4xx (or what a good request gets), never a 5xx, and nothing of the inside is in it.
 */
import {
  ODD_BODIES,
  ODD_HEADERS,
  ODD_QUERIES,
  ODD_SEGMENTS,
  ODD_TEXTS,
  ODD_TYPES,
  ODD_VALUES,
} from './odd-values.ts';
import { type Operation, operationsOf, type Schema, sampleOf } from './open-api.ts';

export interface WrongInput {
  /** What is wrong with it. */
  says: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

export interface Fault {
  input: WrongInput;
  status: number;
  text: string;
}

export interface Asked {
  url: string;
  /** Of an admin. */
  token: string;
  /** Seeds the choice of inputs. */
  seed?: number;
  count?: number;
  /** Operations that are left out, as `POST /v1/samples`; by default those that answer for as long as somebody listens. */
  except?: readonly string[];
}

const ENDLESS = ['GET /v1/events'];

/** Nothing of the inside: no stack, no file, no statement, no module. */
const INSIDE =
  /\bat \S+ \(|\bat file:|node:internal|node_modules|\.ts:\d|SQLITE|SELECT |TypeError|ReferenceError|RangeError|FST_ERR/;

/** What was answered wrongly; an empty list is the law. */
export async function sendWrongInputs(asked: Asked): Promise<{ sent: number; faults: Fault[] }> {
  const document = await (await fetch(`${asked.url}/openapi.json`)).json();
  const operations = operationsOf(document).filter(
    ({ method, path }) => !(asked.except ?? ENDLESS).includes(`${method} ${path}`),
  );
  const inputs = chosen(operations.flatMap(wrongInputsOf), asked.count ?? 500, asked.seed ?? 1);
  const faults: Fault[] = [];
  for (const input of inputs) {
    const fault = await send(input, asked);
    if (fault) faults.push(fault);
  }
  return { sent: inputs.length, faults };
}

async function send(input: WrongInput, { url, token }: Asked): Promise<Fault | null> {
  const { method, path, headers, body } = input;
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    redirect: 'manual',
    ...(body === undefined || method === 'GET' ? {} : { body }),
  });
  const text = await answer.text();
  const isProblem =
    answer.status < 400 || (answer.headers.get('content-type') ?? '').startsWith('application/problem+json');
  const isSound = answer.status < 500 && isProblem && !INSIDE.test(text);
  return isSound ? null : { input: shortened(input), status: answer.status, text: text.slice(0, 500) };
}

function wrongInputsOf(operation: Operation): WrongInput[] {
  return [
    ...ofPaths(operation),
    ...ofQueries(operation),
    ...ofHeaders(operation),
    ...ofBodies(operation),
    ...ofValues(operation),
  ];
}

function ofPaths(operation: Operation): WrongInput[] {
  if (!operation.path.includes('{')) return [];
  return ODD_SEGMENTS.map((segment) => ({
    ...good(operation),
    says: `path parameter ${segment.slice(0, 30)}`,
    path: operation.path.replaceAll(/\{\w+\}/g, segment),
  }));
}

function ofQueries(operation: Operation): WrongInput[] {
  const own = operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .flatMap(({ name }) =>
      ODD_TEXTS.map((text) => `${name}=${encodeURIComponent(text.toWellFormed().slice(0, 5_000))}`),
    );
  return [...ODD_QUERIES, ...own].map((query) => {
    const fit = good(operation);
    return { ...fit, says: `query ${query.slice(0, 40)}`, path: `${fit.path}?${query}` };
  });
}

function ofHeaders(operation: Operation): WrongInput[] {
  const ascii = ODD_HEADERS.map((headers) =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
    ),
  );
  return ascii.map((headers) => {
    const fit = good(operation);
    return { ...fit, says: `headers ${Object.keys(headers)}`, headers: { ...fit.headers, ...headers } };
  });
}

function ofBodies(operation: Operation): WrongInput[] {
  if (operation.method === 'GET') return [];
  const fit = good(operation);
  const json = { ...fit.headers, 'content-type': 'application/json' };
  const bytes = new Uint8Array([0xff, 0xfe, 0x00, 0x7b, 0xc0]);
  return [
    ...ODD_BODIES.map((body) => ({ ...fit, says: `body ${body.slice(0, 30)}`, headers: json, body })),
    { ...fit, says: 'body that is no text', headers: json, body: bytes },
    ...ODD_TYPES.map((type) => ({
      ...fit,
      says: `type ${type}`,
      headers: { ...fit.headers, 'content-type': type },
      body: fit.body ?? '{}',
    })),
  ];
}

/** Each property left out, of another type, or joined by one that nobody knows, also deep inside. */
function ofValues(operation: Operation): WrongInput[] {
  const { body } = operation;
  if (body === null) return [];
  const fit = sampleOf(body) as Record<string, unknown>;
  const properties = (body.properties ?? {}) as Record<string, Schema>;
  const changed: [string, unknown][] = Object.entries(properties).flatMap(([name, schema]) => [
    [`without ${name}`, { ...fit, [name]: undefined }] as [string, unknown],
    ...ODD_VALUES.map((value): [string, unknown] => [
      `${name} = ${JSON.stringify(value).slice(0, 30)}`,
      { ...fit, [name]: value },
    ]),
    ...inside(schema).map((value): [string, unknown] => [`in ${name}`, { ...fit, [name]: value }]),
  ]);
  return [...changed, ['more than is known', { ...fit, more: 1 }] as [string, unknown]].map(
    ([says, value]) => ({
      ...good(operation),
      says,
      body: JSON.stringify(value),
    }),
  );
}

function inside({ properties, items }: Schema): unknown[] {
  const odd = [{ unknown: 1 }, ...ODD_VALUES.slice(0, 12)];
  if (properties) return Object.keys(properties).flatMap((name) => odd.map((value) => ({ [name]: value })));
  return items ? odd.map((value) => [value]) : [];
}

/** A request that fits. */
function good(operation: Operation): WrongInput {
  const { method, body, parameters } = operation;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name) => {
    const parameter = parameters.find((one) => one.name === name);
    return encodeURIComponent(String(sampleOf(parameter?.schema ?? {})));
  });
  const tag: Record<string, string> = parameters.some(({ name }) => name === 'if-match')
    ? { 'if-match': '"x"' }
    : {};
  if (body === null) return { says: 'good', method, path, headers: tag, body: undefined };
  return {
    says: 'good',
    method,
    path,
    headers: { 'content-type': 'application/json', ...tag },
    body: JSON.stringify(sampleOf(body)),
  };
}

/** The same ones for the same seed, in another order. */
function chosen(inputs: WrongInput[], count: number, seed: number): WrongInput[] {
  let state = seed;
  const random = () => {
    // Park and Miller's minimal generator.
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const shuffled = inputs.map((input) => ({ input, at: random() })).sort((a, b) => a.at - b.at);
  return shuffled.slice(0, count).map(({ input }) => input);
}

function shortened(input: WrongInput): WrongInput {
  return {
    ...input,
    body: typeof input.body === 'string' ? input.body.slice(0, 200) : input.body,
    path: input.path.slice(0, 200),
  };
}
