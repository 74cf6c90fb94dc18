/** Problem documents (RFC 9457) for programs: what stopped the request, how long it may take, and where a place is taken. */
import { CATALOGUE, type ErrorCode } from '../errors.ts';
import type { WaitBand } from './words.ts';

export interface ProblemFacts {
  /** Reserved prefix, `/.headgate`. */
  prefix: string;
  room?: string | null;
  /** `headgate-state`, or the room's. */
  state?: string | null;
  expectedWaitSeconds?: WaitBand | null;
  /** Sent as Retry-After too, in whole seconds, rounded up. */
  retryAfterSeconds?: number | null;
  detail: string;
  /** When an operator's closed room opens by itself, epoch ms; null and absent: not known, and not told. */
  reopensAt?: number | null;
  requestId?: string;
  /** Instead of the catalogue's: 429 for class `api`. */
  status?: number;
}

export interface ProblemAnswer {
  status: number;
  /** Flat name, value list. */
  headers: string[];
  body: string;
}

/** Where a place can be taken: the line exists and gives numbers. */
const JOINABLE = new Set<ErrorCode>([
  'HG_WAITING',
  'HG_PREQUEUE',
  'HG_PAUSED',
  'HG_OFFLINE',
  'HG_HELD',
  'HG_NOT_SENT',
  'HG_NO_TICKET',
  'HG_UPGRADE_REFUSED',
  'HG_STORE_LOST',
]);

/** What is the same in every document of a code. */
const FIXED = new Map<ErrorCode, { slug: string; title: string; code: string }>(
  (Object.keys(CATALOGUE) as ErrorCode[]).map((code) => [
    code,
    {
      slug: CATALOGUE[code].slug,
      title: JSON.stringify(CATALOGUE[code].title),
      code: JSON.stringify(code),
    },
  ]),
);

export function problem(code: ErrorCode, facts: ProblemFacts): ProblemAnswer {
  const status = facts.status ?? CATALOGUE[code].status;
  const retryAfterSeconds = retryAfter(facts.retryAfterSeconds);
  const headers = ['content-type', 'application/problem+json', 'cache-control', 'private, no-store'];
  if (retryAfterSeconds !== null) headers.push('retry-after', String(retryAfterSeconds));
  return { status, headers, body: bodyOf(code, status, facts, retryAfterSeconds) };
}

/** Never 0: a program that obeys it would come back at once. */
function retryAfter(seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined ? null : Math.max(1, Math.ceil(seconds));
}

function bodyOf(
  code: ErrorCode,
  status: number,
  facts: ProblemFacts,
  retryAfterSeconds: number | null,
): string {
  const fixed = FIXED.get(code)!;
  const room = facts.room ?? null;
  const band = facts.expectedWaitSeconds ?? null;
  const wait = band === null ? 'null' : `{"low":${band.low},"high":${band.high}}`;
  const join =
    room !== null && JOINABLE.has(code)
      ? JSON.stringify(`${facts.prefix}/rooms/${encodeURIComponent(room)}/tickets`)
      : 'null';
  const reopens = facts.reopensAt == null ? '' : `,"reopensAt":"${new Date(facts.reopensAt).toISOString()}"`;
  const requestId = facts.requestId === undefined ? '' : `,"requestId":${JSON.stringify(facts.requestId)}`;
  return `{"type":${JSON.stringify(`${facts.prefix}/problems/${fixed.slug}`)},"title":${fixed.title},"status":${status},"detail":${JSON.stringify(facts.detail)},"code":${fixed.code},"room":${JSON.stringify(room)},"state":${JSON.stringify(facts.state ?? null)},"expectedWaitSeconds":${wait},"join":${join},"retryAfterSeconds":${retryAfterSeconds}${reopens}${requestId}}`;
}
