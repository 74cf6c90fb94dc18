/** What the client gets of the platform's head: names as the platform wrote them, without what belongs to the connection or to the gate. */
import { judgeResponseHeader, listedNames } from './header-kinds.ts';
import type { AnswerAdditions, PlatformAnswer } from './words.ts';

export interface AnswerHead {
  /** Flat name, value list. */
  headers: string[];
  contentLength: number | null;
  isChunked: boolean;
  /** Value of `trailer`; it may only travel with a chunked answer. */
  trailer: string | null;
  platform: PlatformAnswer;
}

const EVENT_STREAM = 'text/event-stream';
const NUMBER = /^\d{1,15}$/;

/** `raw` is undici's flat list of buffers. */
export function readAnswerHead(status: number, raw: readonly Buffer[]): AnswerHead {
  const head: AnswerHead = {
    headers: [],
    contentLength: null,
    isChunked: false,
    trailer: null,
    platform: { status, session: null, seats: null, build: null, isEventStream: false },
  };
  const listed = copyHeaders(raw, head);
  if (listed !== null) removeListed(head.headers, listed);
  // A length beside chunks is the shorter way to answer splitting: the chunks win (RFC 9112 §6.3).
  if (head.isChunked && head.contentLength !== null) {
    head.contentLength = null;
    dropWhere(head.headers, (name) => judgeResponseHeader(name).kind === 'content-length');
  }
  return head;
}

function copyHeaders(raw: readonly Buffer[], head: AnswerHead): string[] | null {
  const out = head.headers;
  let listed: string[] | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toString('latin1');
    const value = raw[i + 1]!.toString('latin1');
    const judged = judgeResponseHeader(name);
    switch (judged.kind) {
      case 'keep':
      case 'caching':
        out.push(name, value);
        break;
      case 'content-type':
        head.platform.isEventStream = value.slice(0, EVENT_STREAM.length).toLowerCase() === EVENT_STREAM;
        out.push(name, value);
        break;
      case 'content-length':
        head.contentLength = Number(value);
        out.push(name, value);
        break;
      case 'transfer-encoding':
        head.isChunked = true;
        break;
      case 'trailer':
        head.trailer = value;
        break;
      case 'connection':
        if (value !== 'keep-alive' && value !== 'close') listed = listedNames(value, listed ?? []);
        break;
      case 'headgate':
        readWord(head.platform, judged.name, value);
        break;
      default:
    }
  }
  return listed;
}

function readWord(platform: PlatformAnswer, name: string, value: string): void {
  if (name === 'headgate-session' && (value === 'end' || value === 'registered')) platform.session = value;
  else if (name === 'headgate-seats' && NUMBER.test(value)) platform.seats = Number(value);
  else if (name === 'headgate-build') platform.build = value;
}

function removeListed(headers: string[], listed: readonly string[]): void {
  dropWhere(headers, (name) => listed.includes(judgeResponseHeader(name).name));
}

/** Adds what the gate has to say; with a cookie of its own no cache may keep the answer. */
export function addToAnswer(headers: string[], additions: AnswerAdditions): void {
  if (additions.private) {
    dropWhere(headers, (name) => judgeResponseHeader(name).kind === 'caching');
    headers.push('cache-control', 'private, no-store');
  }
  for (let i = 0; i < additions.headers.length; i++) headers.push(additions.headers[i]!);
}

function dropWhere(headers: string[], isDropped: (name: string) => boolean): void {
  let kept = 0;
  for (let i = 0; i < headers.length; i += 2) {
    if (isDropped(headers[i]!)) continue;
    headers[kept] = headers[i]!;
    headers[kept + 1] = headers[i + 1]!;
    kept += 2;
  }
  headers.length = kept;
}

/** Trailers and heads of 1xx answers: only what says something to the client. */
export function readExtraHeaders(raw: readonly Buffer[]): string[] {
  const headers: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toString('latin1');
    const { kind } = judgeResponseHeader(name);
    if (kind === 'keep' || kind === 'caching' || kind === 'content-type')
      headers.push(name, raw[i + 1]!.toString('latin1'));
  }
  return headers;
}
