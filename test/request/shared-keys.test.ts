/** Gateways that share a store sign with one key, whoever comes first, forgets or brings another. */
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDrawSecret } from '../../gateway/request/draw-secret.ts';
import { newKeys, rotateKeys } from '../../gateway/request/key-commands.ts';
import { rotateSharedKeys } from '../../gateway/request/shared-key-commands.ts';
import type { SharedKeys } from '../../gateway/request/shared-keys.ts';
import { type SharedStage, sharedStage } from './shared-stage.ts';

let stage: SharedStage;
/** The deployment's keys, in folder `a`. */
let kid: string;

beforeEach(async () => {
  stage = await sharedStage();
  kid = await makeKeys('a');
});
afterEach(() => stage.clear());

async function makeKeys(folder: string): Promise<string> {
  const [line] = await newKeys(stage.folder(folder), stage.clock.wallMs());
  return /made (\S+)/.exec(line as string)?.[1] as string;
}

/** A gateway after its first round. */
async function started(...args: Parameters<SharedStage['gateway']>) {
  const keys = await stage.gateway(...args);
  await keys.round();
  return keys;
}

describe('the first gateway with keys', () => {
  it('records which sign, and the others sign with those', async () => {
    await stage.copy('a', 'b');
    const a = await started('a');
    const b = await started('b');
    expect(stage.current()).toMatchObject({ ticket: kid, pass: kid, stamp: kid, rev: 2 });
    expect([a.ring.set.ticket.kid, b.ring.set.ticket.kid]).toEqual([kid, kid]);
    expect([a.lacking(), b.lacking()]).toEqual([null, null]);
  });

  it('is heeded by one whose own folder says another', async () => {
    await started('a');
    await stage.copyKeys('a', 'b');
    stage.clock.advance(1_000);
    const other = await makeKeys('b');
    await writeFile(
      join(stage.folder('b'), 'current.json'),
      JSON.stringify({ ticket: other, pass: other, stamp: other, rotatedAt: '2026-01-01T00:00:00Z' }),
    );
    const b = await started('b');
    expect([b.ring.set.ticket.kid, b.ring.set.pass.kid, b.ring.set.stamp.kid]).toEqual([kid, kid, kid]);
    expect(b.lacking()).toBeNull();
  });
});

describe('a gateway without keys', () => {
  it('runs, makes none, signs nothing, and says what to do', async () => {
    const empty = await started('empty');
    expect(await readdir(stage.folder('empty')).catch(() => [])).toEqual([]);
    expect(empty.ring.set.maySign).toBe(false);
    expect(empty.lacking()?.kids).toEqual([]);
    expect(empty.lacking()?.detail).toContain('headgate keys new');
    expect(stage.logged.join()).toContain('keys are missing');
    expect(stage.current()).toBeNull();
  });

  it('names the recorded key that it lacks', async () => {
    await started('a');
    const empty = await started('empty');
    expect(empty.lacking()?.kids).toEqual([kid]);
    expect(empty.ring.set.maySign).toBe(false);
    expect(() => empty.ring.set.ticket).toThrow(kid);
  });

  it('takes them up as soon as they are there', async () => {
    await started('a');
    const empty = await started('empty');
    await stage.copyKeys('a', 'empty');
    stage.clock.advance(2_000);
    await empty.round();
    expect(empty.lacking()).toBeNull();
    expect(empty.ring.set.ticket.kid).toBe(kid);
  });

  it('goes on while a file is copied in halves', async () => {
    await started('a');
    await stage.copyKeys('a', 'late');
    const file = join(stage.folder('late'), `${kid}.pass.jwk`);
    const whole = await readFile(file, 'utf8');
    await writeFile(file, whole.slice(0, 40));
    const late = await started('late');
    expect(late.lacking()?.detail).toContain(`${kid}.pass.jwk`);
    await writeFile(file, whole);
    stage.clock.advance(2_000);
    await late.round();
    expect(late.lacking()).toBeNull();
  });
});

describe('a gateway with other keys', () => {
  it('signs nothing, verifies what it can, and is told apart from the others', async () => {
    const other = await makeKeys('foreign');
    const a = await started('a');
    const foreign = await started('foreign');
    await a.round();
    expect(stage.current()).toMatchObject({ ticket: kid });
    expect(foreign.ring.set.maySign).toBe(false);
    expect([...foreign.ring.set.tickets.keys()]).toEqual([other]);
    for (const keys of [a, foreign])
      expect(keys.gateways()).toEqual([
        { name: 'a', keys: 'ok' },
        { name: 'foreign', keys: 'missing' },
      ]);
  });

  it('changes nothing by a record of its own that has seen more rotations', async () => {
    await makeKeys('elsewhere');
    await started('elsewhere');
    const theirs = { ...(stage.current() as object), rev: 70 };
    stage.store.fields.clear();
    await started('a');
    await writeFile(join(stage.folder('elsewhere'), 'current.json'), JSON.stringify(theirs));
    const late = await started('elsewhere');
    expect(stage.current()).toMatchObject({ ticket: kid, rev: 2 });
    expect(late.lacking()?.kids).toEqual([kid]);
  });

  it('is not fooled by another key under the same name', async () => {
    const other = await makeKeys('foreign');
    for (const kind of ['ticket', 'pass', 'stamp']) {
      const file = join(stage.folder('foreign'), `${other}.${kind}.jwk`);
      const renamed = (await readFile(file, 'utf8')).replaceAll(other, kid);
      await writeFile(file, renamed);
      await rename(file, join(stage.folder('foreign'), `${kid}.${kind}.jwk`));
    }
    await started('a');
    const foreign = await started('foreign');
    expect(foreign.lacking()?.detail).toContain('another key bears the name');
    // Its tokens are of an unknown key here, so they are kept, and not refused as forged.
    expect(foreign.ring.set.tickets.has(kid)).toBe(false);
    expect(foreign.ring.set.maySign).toBe(false);
  });
});

describe('a store that is lost', () => {
  it('changes nobody’s keys and makes nobody unready', async () => {
    const a = await started('a');
    stage.store.isUp = false;
    stage.clock.advance(3_600_000);
    await a.round();
    expect(a.lacking()).toBeNull();
    expect(a.ring.set.ticket.kid).toBe(kid);
  });

  it('and comes back empty, or older, is told the newest record that any gateway knows', async () => {
    const a = await started('a');
    const before = stage.store.fields.get('current') as string;
    const rotated = { ...JSON.parse(before), rev: 3, rotatedAt: '2026-11-01T12:00:01.000Z' };
    stage.store.fields.set('current', JSON.stringify(rotated));
    await a.round();
    stage.store.fields.clear();
    await a.round();
    expect(stage.current()).toMatchObject({ rev: 3 });
    stage.store.fields.set('current', before);
    await a.round();
    expect(stage.current()).toMatchObject({ rev: 3 });
  });

  it('and every gateway was restarted meanwhile: the record comes from their disks', async () => {
    await started('a');
    const before = stage.current();
    await stage.copy('a', 'b');
    stage.clock.advance(1_000);
    await makeKeys('b');
    stage.store.fields.clear();
    const b = await started('b');
    expect(stage.current()).toEqual(before);
    expect(b.ring.set.ticket.kid).toBe(kid);
  });

  it('at the start: who has a whole set of keys signs with it', async () => {
    stage.store.isUp = false;
    const a = await started('a');
    expect([a.lacking(), a.ring.set.ticket.kid]).toEqual([null, kid]);
  });
});

describe('a rotation', () => {
  /** Two gateways, and a new key that lies in the folder of `a` alone. */
  async function prepared() {
    await stage.copy('a', 'b');
    const a = await started('a');
    const b = await started('b');
    stage.clock.advance(1_000);
    const next = await makeKeys('a');
    return { a, b, next };
  }
  const rotate = (force = false) => rotateSharedKeys(stage.folder('a'), stage.hash, force);
  const signing = (...gateways: SharedKeys[]) => gateways.map(({ ring }) => ring.set.ticket.kid);

  it('is refused, with its name, while a live gateway lacks the new key', async () => {
    const { a, b, next } = await prepared();
    await a.ring.reload();
    await a.round();
    await expect(rotate()).rejects.toThrow(`${next} is not held by b on host-of-b`);
    await a.round();
    await b.round();
    expect(signing(a, b)).toEqual([kid, kid]);
  });

  it('switches every gateway in its next round, and takes the former key for the overlap', async () => {
    const { a, b, next } = await prepared();
    await stage.copyKeys('a', 'b');
    for (const { ring, round } of [a, b]) {
      await ring.reload();
      await round();
    }
    expect(signing(a, b)).toEqual([kid, kid]);
    const lines = await rotate();
    expect(lines.join()).toContain('2 of 2 live gateways');
    // Whoever is slower verifies already what the faster one signs.
    await a.round();
    expect(signing(a, b)).toEqual([next, kid]);
    expect([a.ring.set.tickets.has(kid), b.ring.set.tickets.has(next)]).toEqual([true, true]);
    await b.round();
    expect(signing(a, b)).toEqual([next, next]);
    const until = stage.clock.wallMs() + 48 * 3_600_000;
    expect([a, b].map(({ ring }) => ring.set.tickets.get(kid)?.verifyUntilMs)).toEqual([until, until]);
  });

  it('by force leaves who lacks the key unready, signing nothing', async () => {
    const { a, b, next } = await prepared();
    await rotate(true);
    await a.round();
    await b.round();
    expect(signing(a)).toEqual([next]);
    expect([b.lacking()?.kids, b.ring.set.maySign, b.ring.set.tickets.has(kid)]).toEqual([
      [next],
      false,
      true,
    ]);
  });

  it('is not heard of where it was not written into the store', async () => {
    const { a } = await prepared();
    const before = stage.current();
    await rotateKeys(stage.folder('a'), stage.clock.wallMs());
    await a.ring.reload();
    await a.round();
    expect([stage.current(), ...signing(a)]).toEqual([before, kid]);
    const again = await started('a');
    expect([stage.current(), ...signing(again)]).toEqual([before, kid]);
  });

  it('needs a newer key', async () => {
    await started('a');
    await expect(rotate()).rejects.toThrow('headgate keys new');
  });

  it('never goes back to a key that was replaced', async () => {
    const { a } = await prepared();
    await stage.copyKeys('a', 'old');
    await rotate(true);
    await a.round();
    for (const name of await readdir(stage.folder('old')))
      if (!name.startsWith(kid)) await rm(join(stage.folder('old'), name));
    await expect(rotateSharedKeys(stage.folder('old'), stage.hash, true)).rejects.toThrow(
      'no key here is newer',
    );
  });

  it('of two at one moment is done once', async () => {
    await prepared();
    const results = await Promise.allSettled([rotate(true), rotate(true)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(stage.current()).toMatchObject({ rev: 3 });
  });
});

describe('a key that this gateway lacks', () => {
  it('is not given up while another live gateway holds it', async () => {
    const a = await started('a');
    const foreign = await makeKeys('b');
    const b = await started('b');
    await a.round();
    expect(a.isHeldElsewhere(foreign)).toBe(true);
    expect(a.isHeldElsewhere('invented')).toBe(false);
    await b.close();
    await a.round();
    expect(a.isHeldElsewhere(foreign)).toBe(false);
  });

  it('nor while the store cannot be asked', async () => {
    const a = await started('a');
    stage.store.isUp = false;
    stage.clock.advance(11_000);
    await a.round();
    expect(a.isHeldElsewhere('invented')).toBe(true);
  });

  it('is given up some time after the gateway that held it was killed', async () => {
    const a = await started('a');
    const foreign = await makeKeys('b');
    await started('b');
    stage.clock.advance(16_000);
    await a.round();
    expect(a.isHeldElsewhere(foreign)).toBe(false);
    expect(a.gateways()).toEqual([{ name: 'a', keys: 'ok' }]);
  });

  it('is known to be held when the store’s clock jumps by an hour', async () => {
    const a = await started('a');
    const foreign = await makeKeys('b');
    const b = await started('b');
    for (const jumpMs of [3_600_000, -3_600_000]) {
      stage.store.jumpMs = jumpMs;
      stage.clock.advance(5_000);
      await b.round();
      await a.round();
      expect(a.isHeldElsewhere(foreign)).toBe(true);
    }
  });
});

describe('the secret of draws', () => {
  it('that is missing where a launch needs it makes the gateway unready, and is never made up', async () => {
    const a = await started('a', 'a', true);
    expect(a.lacking()).toBeNull();
    await rm(join(stage.folder('a'), 'draw.secret'));
    await a.ring.reload();
    expect(a.lacking()?.kids).toEqual(['draw.secret']);
    expect(() => a.drawSecret()).toThrow('draw.secret');
    expect(await readdir(stage.folder('a'))).not.toContain('draw.secret');
  });

  it('that is another than the others’ is used for no draw', async () => {
    await started('a', 'a', true);
    await stage.copyKeys('a', 'b');
    await openDrawSecret(stage.folder('b'));
    const b = await started('b', 'b', true);
    expect(b.lacking()?.kids).toEqual(['draw.secret']);
    expect(() => b.drawSecret()).toThrow('another');
    await rm(join(stage.folder('b'), 'draw.secret'));
    await stage.copy('a', 'b');
    stage.clock.advance(2_000);
    await b.round();
    expect(b.lacking()).toBeNull();
  });
});
