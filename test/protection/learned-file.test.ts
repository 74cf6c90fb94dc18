/** What was learned is read as it was written; what cannot be read or written is said, and hinders nothing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { learnedFile } from '../../gateway/protection/learned-file.ts';
import { noDecision } from '../../gateway/release/decision.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function stage(folder?: string) {
  const data = folder ?? (await tempFolder());
  const logged: string[] = [];
  const log = {
    say: (_level: string, _facts: object, message: string) => void logged.push(message),
    sample: (_key: string, _level: string, _facts: () => object, message: string) =>
      void logged.push(message),
  };
  return { data, path: join(data, 'protection.json'), logged, file: learnedFile(data, log) };
}

describe('what was learned', () => {
  it('is read as it was written, by another life too', async () => {
    const { data, file, logged } = await stage();
    expect(await file.read()).toBeNull();
    await file.write({ ...noDecision(), atMs: 17 });
    await file.write({ ...noDecision(), atMs: 18 });
    const again = await stage(data);
    expect(await again.file.read()).toEqual({ ...noDecision(), atMs: 18 });
    expect([logged, again.logged]).toEqual([[], []]);
  });

  it('is learned anew where the file is broken, of another version, or half', async () => {
    const { file, path, logged } = await stage();
    await file.write(noDecision());
    const whole = readFileSync(path, 'utf8');
    for (const text of ['', '[]', 'null', whole.slice(0, 40), whole.replace('"version":1', '"version":9')]) {
      writeFileSync(path, text);
      expect(await file.read(), text).toBeNull();
    }
    expect(logged).toHaveLength(5);
  });

  it('hinders nobody where it cannot be written', async () => {
    const { file, logged } = await stage(join(await tempFolder(), 'not', 'there'));
    await file.write(noDecision());
    expect(logged).toEqual(['what protection learned cannot be written; after a restart it learns anew']);
  });
});
