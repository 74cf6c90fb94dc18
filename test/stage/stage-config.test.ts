/** A stage takes over what leads out of this machine, and leaves the rest of a configuration as it was written. */
import { describe, expect, it } from 'vitest';
import { withRule } from '../../load-tests/stage/proposals.ts';
import { isInForce, ruleSwitchedOff } from '../../load-tests/stage/rule-in-force.ts';
import { mergePatch, onStage } from '../../load-tests/stage/stage-config.ts';

const PARTS = {
  targets: { platform: ['http://127.0.0.1:1', 'http://127.0.0.1:2'] },
  redisUrl: null,
  keysFolder: '/keys',
};

describe('a configuration on the stage', () => {
  it('leads to the stage’s platform alone, whatever targets it names', () => {
    const config = {
      upstreams: {
        platform: { targets: ['https://real.example.com'], maxConnections: 7, tls: { ca: 'ca.pem' } },
        other: { targets: ['https://other.example.com'] },
      },
    };
    expect(onStage(config, PARTS).upstreams).toEqual({
      platform: { targets: PARTS.targets.platform, maxConnections: 7 },
      other: { targets: PARTS.targets.platform },
    });
  });

  it('tells and asks nobody outside', () => {
    const config = {
      admin: { webhooks: [{ name: 'chat', url: 'https://chat.example.com' }], reminderMinutes: 3 },
      audit: { probe: { platform: ['https://real.example.com'], everySeconds: 9 }, leastShare: 0.1 },
      launches: [{ name: 'autumn', room: 'event-1', addresses: ['https://register.example.com/'] }],
    };
    expect(onStage(config, PARTS)).toMatchObject({
      admin: { reminderMinutes: 3 },
      audit: { probe: { everySeconds: 9 }, leastShare: 0.1 },
      launches: [{ name: 'autumn', room: 'event-1' }],
    });
    expect(JSON.stringify(onStage(config, PARTS))).not.toContain('https://');
  });

  it('keeps the store’s own words, on the stage’s own Redis', () => {
    const config = { store: { kind: 'redis', url: 'redis://real:6379', password: 'secret', commandMs: 250 } };
    const { store } = onStage(config, { ...PARTS, redisUrl: 'redis://127.0.0.1:3' });
    expect(store).toEqual({ kind: 'redis', url: 'redis://127.0.0.1:3', commandMs: 250 });
    expect(onStage(config, PARTS).store).toEqual({ kind: 'embedded' });
  });
});

describe('a merge patch', () => {
  it('merges mappings, removes by null, and replaces lists', () => {
    const before = { rooms: { a: { x: 1, y: 2 }, b: {} }, rules: [1, 2] };
    const patch = { rooms: { a: { y: null, z: 3 } }, rules: [3] };
    expect(mergePatch(before, patch)).toEqual({ rooms: { a: { x: 1, z: 3 }, b: {} }, rules: [3] });
  });
});

describe('a rule', () => {
  const rules = [{ name: 'assets' }, { name: 'middleware', match: {} }];

  it('that an edit disables or removes is told by name', () => {
    const disabled = { rules: [{ name: 'assets' }, { name: 'middleware', enabled: false }] };
    expect(ruleSwitchedOff({ rules }, disabled)).toBe('middleware');
    expect(ruleSwitchedOff({ rules }, { rules: [{ name: 'assets' }] })).toBe('middleware');
    expect(ruleSwitchedOff({ rules }, { rules })).toBeNull();
  });

  it('is not in force where a pin disables it, whatever the configuration says', () => {
    const text = JSON.stringify({ rules });
    expect(isInForce(text, [], 'middleware')).toBe(true);
    expect(isInForce(text, [{ path: 'rules.middleware.enabled', value: false }], 'middleware')).toBe(false);
    expect(isInForce(text, [], 'gone')).toBe(false);
  });

  it('that is proposed goes before the rule that it names', () => {
    const proposed = '- { name: mended, room: line }';
    expect(withRule({ rules }, proposed, 'middleware').rules).toEqual([
      { name: 'assets' },
      { name: 'mended', room: 'line' },
      { name: 'middleware', match: {} },
    ]);
    expect(withRule({ rules }, proposed, null).rules).toHaveLength(3);
    expect(withRule({}, 'name: mended', 'gone').rules).toEqual([{ name: 'mended' }]);
  });
});
