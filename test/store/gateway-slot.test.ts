import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GatewaySlot, liveSlots, takeSlot } from '../../gateway/store/gateway-slot.ts';

const TAKER = join(import.meta.dirname, 'slot-taker.ts');
const DEAD = JSON.stringify({ pid: process.pid, started: 'another-boot/1' });

let data: string;
const taken: GatewaySlot[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'hg-slot-'));
});
afterEach(async () => {
  for (const slot of taken.splice(0)) slot.release();
  for (const child of children.splice(0)) await kill(child);
  rmSync(data, { recursive: true, force: true });
});

function take(): GatewaySlot {
  const slot = takeSlot(data);
  taken.push(slot);
  return slot;
}
async function taker() {
  const child = spawn(process.execPath, [TAKER, data], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, ...(JSON.parse(line) as { id: string; folder: string }) };
}
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
const folderOf = (slot: number) => join(data, 'gateways', String(slot));
/** A slot whose process was killed. */
function leaveDead(slot: number): void {
  mkdirSync(folderOf(slot), { recursive: true });
  writeFileSync(join(folderOf(slot), 'gateway.lock'), DEAD);
}

describe('slots of gateways that share a data folder', () => {
  it('each has a folder and an id of its own', () => {
    const [first, second] = [take(), take()];
    expect([first.folder, second.folder]).toEqual([folderOf(1), folderOf(2)]);
    expect(first.id).toMatch(/^[a-z0-9]{8,32}$/);
    expect(second.id).not.toBe(first.id);
  });

  it('who leaves in order gives the first free one back, and it keeps its id', () => {
    const first = take();
    take();
    first.release();
    expect(take()).toMatchObject({ id: first.id, folder: folderOf(1) });
  });

  it('a gateway that was killed is the same gateway again', async () => {
    const killed = await taker();
    expect(take().folder).toBe(folderOf(2));
    await kill(killed.child);
    expect(take()).toMatchObject({ id: killed.id, folder: killed.folder });
  });

  it('all that start after one kill -9 of all have different slots, and leave nothing but locks and ids', async () => {
    for (let slot = 1; slot <= 4; slot += 1) leaveDead(slot);
    const all = await Promise.all(Array.from({ length: 6 }, taker));
    expect(new Set(all.map(({ folder }) => folder)).size).toBe(6);
    expect(new Set(all.map(({ id }) => id)).size).toBe(6);
    for (const { folder } of all) expect(readdirSync(folder).sort()).toEqual(['gateway.lock', 'id']);
  });

  it('a take-over that was killed half way holds nobody back', () => {
    leaveDead(1);
    writeFileSync(join(folderOf(1), 'gateway.lock.takeover'), DEAD);
    expect(take().folder).toBe(folderOf(1));
  });

  it.each(['', 'x', '../../etc', '\u0000'.repeat(12)])('an id file that says %j is made anew', (text) => {
    mkdirSync(folderOf(1), { recursive: true });
    writeFileSync(join(folderOf(1), 'id'), text);
    expect(take().id).toMatch(/^[a-z0-9]{8,32}$/);
  });

  it('those who live are listed with their processes, the dead are not', async () => {
    expect(liveSlots(data)).toEqual([]);
    leaveDead(1);
    const here = take();
    const there = await taker();
    leaveDead(3);
    expect(liveSlots(data)).toEqual([
      { id: here.id, folder: folderOf(1), pid: process.pid },
      { id: there.id, folder: folderOf(2), pid: there.child.pid },
    ]);
  });

  it('a folder that cannot be written refuses, and names folder and variable', () => {
    writeFileSync(join(data, 'gateways'), 'a file');
    expect(take).toThrow(expect.objectContaining({ code: 'HG_DATA_UNWRITABLE' }));
    expect(take).toThrow(new RegExp(`HEADGATE_DATA: ${folderOf(1)} must be a folder that can be written`));
  });

  it('the sixty-fifth process is refused', () => {
    for (let slot = 1; slot <= 64; slot += 1) take();
    expect(take).toThrow(/in use by 64 gateway processes/);
  });
});
