/** Laws of a log's lines: however its bytes come, the same lines; what is too long or breaks off costs itself alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_LINE_BYTES, openLog, readLines } from '../../../admin/observer/log-lines.js';
import { tempFolder } from '../../support/temp-folder.ts';

async function linesOf(source: AsyncIterable<Buffer>) {
  const lines: string[] = [];
  const counted = await readLines(source, (line) => lines.push(line));
  return { lines, counted };
}

const inChunks = (bytes: Buffer, size: number) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    ),
  );

test('the same lines in chunks of any size, packed or not', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\u00e9', '"') });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 20 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      async (wanted, size, isPacked) => {
        const plain = Buffer.from(wanted.join('\r\n'), 'latin1');
        const { lines, counted } = await linesOf(inChunks(isPacked ? gzipSync(plain) : plain, size));
        expect(lines).toEqual(wanted.filter((text) => text !== ''));
        expect(counted.isPacked).toBe(isPacked && true);
      },
    ),
    { numRuns: 200 },
  );
});

test('a line that is too long is counted, and its neighbours are read', async () => {
  const bytes = Buffer.from(`a\n${'x'.repeat(1_000_000)}\nb\n${'y'.repeat(MAX_LINE_BYTES)}\nc`);
  const { lines, counted } = await linesOf(inChunks(bytes, 10_000));
  expect(lines.map((line) => line[0])).toEqual(['a', 'b', 'y', 'c']);
  expect(counted).toMatchObject({ lines: 4, tooLong: 1 });
});

test('an endless line is not held', async () => {
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  async function* endless() {
    for (let i = 0; i < 300; i++) yield chunk;
  }
  const before = process.memoryUsage().arrayBuffers;
  const { counted } = await linesOf(endless());
  expect(counted).toMatchObject({ lines: 0, tooLong: 1 });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 * 1024);
});

const TEXT = Array.from({ length: 5_000 }, (_, i) => `line ${i} ${Math.sin(i)}`).join('\n');

test('packed data is known by its first bytes, whatever the file is called', async () => {
  const file = join(await tempFolder(), 'access.log');
  await writeFile(file, gzipSync(TEXT));
  const { lines, counted } = await linesOf(openLog(file));
  expect(lines).toHaveLength(5_000);
  expect(counted).toMatchObject({ isPacked: true, isCut: false });
});

test.each([
  ['breaks off', (packed: Buffer) => packed.subarray(0, packed.length / 2)],
  ['is damaged at its end', (packed: Buffer) => Buffer.concat([packed.subarray(0, -6), Buffer.alloc(6, 1)])],
])('of packed data that %s, what came before is used', async (_, spoil) => {
  const { lines, counted } = await linesOf(inChunks(spoil(gzipSync(TEXT)), 1_000));
  expect(counted.isCut).toBe(true);
  expect(lines.length).toBeGreaterThan(1_000);
  expect(lines[1]).toBe(`line 1 ${Math.sin(1)}`);
});

test('a file that is not there is an error, not an empty log', async () => {
  await expect(linesOf(openLog(join(await tempFolder(), 'none')))).rejects.toThrow('ENOENT');
  const packed = Readable.from([gzipSync(TEXT), new Error('EIO')].map((one) => one));
  await expect(linesOf(packed)).rejects.toThrow();
});
