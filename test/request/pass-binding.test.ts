/** What a pass is bound to, where the configuration says so: a pass that was sold is worth nothing elsewhere. */
import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StampKey } from '../../gateway/request/key-set.ts';
import { bindDigest, isBoundTo } from '../../gateway/request/passes.ts';

function setOf(...kids: string[]) {
  const keys = kids.map((kid): StampKey => {
    return { kid, verifyUntilMs: Infinity, sign: createSecretKey(Buffer.from(kid.padEnd(32, '.'))) };
  });
  return { stamp: keys[0]!, stamps: new Map(keys.map((key) => [key.kid, key])) };
}

const keys = setOf('current');
const onNetwork = (address: string) => bindDigest('network', keys, 'browser', address);

describe('a pass is bound', () => {
  it('to the network: an address of the same /24 or /48 may use it, another may not', () => {
    const pass = onNetwork('192.0.2.1');
    expect(isBoundTo(pass, onNetwork('192.0.2.200'))).toBe(true);
    expect(isBoundTo(pass, onNetwork('192.0.3.1'))).toBe(false);
    const six = onNetwork('2001:db8:1:2::3');
    expect(isBoundTo(six, onNetwork('2001:db8:1:ffff::1'))).toBe(true);
    expect(isBoundTo(six, onNetwork('2001:db8:2:2::3'))).toBe(false);
  });

  it('to the agent: the same agent may use it from anywhere', () => {
    const byAgent = (agent: string | undefined, address: string) => bindDigest('agent', keys, agent, address);
    expect(isBoundTo(byAgent('a', '192.0.2.1'), byAgent('a', '198.51.100.1'))).toBe(true);
    expect(isBoundTo(byAgent('a', '192.0.2.1'), byAgent('b', '192.0.2.1'))).toBe(false);
    expect(isBoundTo(byAgent('a', '192.0.2.1'), byAgent(undefined, '192.0.2.1'))).toBe(false);
  });

  it('to nothing by default, and still to the same after keys were rotated', () => {
    expect(bindDigest('off', keys, 'a', '192.0.2.1')).toBeNull();
    expect(isBoundTo(null, onNetwork('192.0.2.1'))).toBe(true);
    const rotated = bindDigest('network', setOf('next', 'current'), 'a', '192.0.2.1');
    expect(isBoundTo(onNetwork('192.0.2.1'), rotated)).toBe(true);
  });

  it('without telling the network: the digest is keyed and short', () => {
    expect(onNetwork('192.0.2.1')).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(onNetwork('192.0.2.1')).not.toBe(bindDigest('network', setOf('other'), 'a', '192.0.2.1'));
  });
});
