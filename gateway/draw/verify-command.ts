/** `headgate draw verify`: exit code 0 for what is proven, 1 where it is not or cannot be, 2 for wrong usage. */
import { asDocument, type CommandOutput, failed, printable } from '../command-output.ts';
import { readHeld } from './held.ts';
import { proveDraw } from './proof.ts';
import { isBase, isDigest, isSize, MOST_DRAWN, type Read, readPublished } from './published.ts';
import type { HeldPlace, PublishedDraw } from './words.ts';

/** As typed. */
export interface VerifyOptions {
  seed?: string;
  commitment?: string;
  size?: string;
  base?: string;
  ticket?: string;
  number?: string;
  place?: string;
  all?: boolean;
  json?: boolean;
}

export async function drawVerifyCommand(
  status: string | undefined,
  options: VerifyOptions,
): Promise<CommandOutput> {
  const output = await verify(status, options);
  return options.json ? asDocument(output) : output;
}

async function verify(status: string | undefined, options: VerifyOptions): Promise<CommandOutput> {
  const wrong = wrongUse(status, options);
  if (wrong !== null) return usage(wrong);
  const draw = status === undefined ? typedDraw(options) : await readPublished(status);
  if (draw.kind !== 'read') return told(draw);
  const held = await heldOf(options);
  if (held.kind !== 'read') return told(held);
  const proof = proveDraw({
    draw: draw.value,
    held: held.value,
    notedCommitment: status === undefined ? null : (lower(options.commitment) ?? null),
    all: options.all ?? false,
  });
  const stdout = options.json ? [JSON.stringify(proof, null, 2)] : proof.said.map(printable);
  return { exitCode: proof.ok ? 0 : 1, stdout, stderr: [] };
}

/** What was typed and cannot be meant; null: nothing. */
function wrongUse(status: string | undefined, options: VerifyOptions): string | null {
  const { seed, commitment, size, base, ticket, number, place } = options;
  if (status === undefined && (seed === undefined || commitment === undefined || size === undefined))
    return "name the room's status document, or --seed, --commitment and --size";
  if (status !== undefined && (seed ?? size ?? base) !== undefined)
    return '--seed, --size and --base stand in the status document; leave them out';
  if (seed !== undefined && !isDigest(lower(seed))) return '--seed must be 64 hex digits';
  if (commitment !== undefined && !isDigest(lower(commitment))) return '--commitment must be 64 hex digits';
  if (size !== undefined && !isSize(count(size)))
    return `--size must be a whole number from 0 to ${MOST_DRAWN}`;
  if (base !== undefined && !isBase(count(base))) return '--base must be a whole number from 0';
  if (number !== undefined && !isPlace(number)) return '--number must be a whole number from 1';
  if (place !== undefined && !isPlace(place)) return '--place must be a whole number from 1';
  if (place !== undefined && ticket !== undefined)
    return '--place stands in the ticket; leave one of them out';
  return place !== undefined && number === undefined ? '--place needs --number' : null;
}

function typedDraw({ seed, commitment, size, base = '0' }: VerifyOptions): Read<PublishedDraw> {
  const numbers = { size: count(size!), base: count(base) };
  return {
    kind: 'read',
    value: { room: null, seed: lower(seed)!, commitment: lower(commitment)!, ...numbers },
  };
}

async function heldOf({ ticket, number, place }: VerifyOptions): Promise<Read<HeldPlace | null>> {
  const prequeueNumber = number === undefined ? null : count(number);
  if (ticket !== undefined) return readHeld(ticket, prequeueNumber);
  if (prequeueNumber === null) return { kind: 'read', value: null };
  const said = place === undefined ? null : count(place);
  return { kind: 'read', value: { room: null, prequeueNumber, place: said } };
}

function told(read: { kind: 'missing' | 'wrong'; text: string }): CommandOutput {
  return read.kind === 'wrong' ? usage(read.text) : failed(printable(read.text));
}

function usage(text: string): CommandOutput {
  return { exitCode: 2, stdout: [], stderr: [`headgate: ${printable(text)}`] };
}

function count(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

function isPlace(text: string): boolean {
  return count(text) >= 1;
}

function lower(text: string | undefined): string | undefined {
  return text?.toLowerCase();
}
