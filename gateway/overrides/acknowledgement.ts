/** What a gateway says it obeys, in `<slot>/overrides.json`: how the command line learns that its word was heard, without a network. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOwnerOnly } from '../owner-only-file.ts';
import type { LiveSlot } from '../store/gateway-slot.ts';

export interface Obeyed {
  room: string;
  /** Of the override. */
  id: string;
  /** Whether this gateway's configuration has a room of this name. */
  isKnown: boolean;
}

export interface Acknowledgement {
  /** Of the gateway process that wrote it: a former one's word counts for nothing. */
  pid: number;
  overrides: Obeyed[];
}

const FILE = 'overrides.json';

export async function writeAcknowledgement(slotFolder: string, overrides: Obeyed[]): Promise<void> {
  const acknowledgement: Acknowledgement = { pid: process.pid, overrides };
  await writeOwnerOnly(join(slotFolder, FILE), `${JSON.stringify(acknowledgement)}\n`);
}

/** What the process that has this slot now said; null: nothing yet. */
export async function readAcknowledgement({ folder, pid }: LiveSlot): Promise<Obeyed[] | null> {
  try {
    const said = JSON.parse(await readFile(join(folder, FILE), 'utf8')) as Partial<Acknowledgement> | null;
    return said?.pid === pid && Array.isArray(said.overrides) ? said.overrides : null;
  } catch {
    return null;
  }
}
