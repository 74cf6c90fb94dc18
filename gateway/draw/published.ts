/** Reads what was published of a draw: the room's status document, by its address or from a file. */
import { readFile } from 'node:fs/promises';
import type { PublishedDraw } from './words.ts';

export type Read<T> =
  | { kind: 'read'; value: T }
  | { kind: 'missing'; text: string }
  | { kind: 'wrong'; text: string };

const PATIENCE_MS = 10_000;
/** As many as a draw may have. */
export const MOST_DRAWN = 2 ** 32;

export async function readPublished(source: string): Promise<Read<PublishedDraw>> {
  const isAddress = /^https?:\/\//i.test(source);
  const text = isAddress ? await fetched(source) : await fileText(source);
  return text.kind === 'read' ? drawIn(text.value, source) : text;
}

async function fetched(address: string): Promise<Read<string>> {
  try {
    const headers = { accept: 'application/json' };
    const answer = await fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    const value = await answer.text();
    if (answer.ok) return { kind: 'read', value };
    return {
      kind: 'missing',
      text: `${address} answered ${answer.status}; the room's status is at …/rooms/<room>/status`,
    };
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    return { kind: 'missing', text: `${address} cannot be read: ${(cause as Error).message}` };
  }
}

async function fileText(path: string): Promise<Read<string>> {
  try {
    return { kind: 'read', value: await readFile(path, 'utf8') };
  } catch (error) {
    return { kind: 'wrong', text: `${path} cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}

function drawIn(text: string, source: string): Read<PublishedDraw> {
  const status = objectIn(text);
  if (status === null || !('draw' in status))
    return { kind: 'missing', text: `${source} is no room's status` };
  const draw = status.draw as Record<string, unknown> | null;
  const room = typeof status.room === 'string' ? status.room : null;
  if (draw === null) return { kind: 'missing', text: `${room ?? source} draws nothing` };
  const { commitment, seed, size, base = 0 } = draw;
  if (seed === null || size === null)
    return {
      kind: 'missing',
      text: `${room ?? source} has not drawn yet: the seed is published at the opening${opening(status)}`,
    };
  if (!isDigest(commitment) || !isDigest(seed) || !isSize(size) || !isBase(base))
    return { kind: 'missing', text: `${source} tells of a draw that cannot be one` };
  return { kind: 'read', value: { room, commitment, seed, size, base } };
}

function opening({ opensAt }: Record<string, unknown>): string {
  return typeof opensAt === 'string' ? `, ${opensAt}` : '';
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** 32 bytes in lower-case hex. */
export function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

export function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_DRAWN;
}

export function isBase(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
