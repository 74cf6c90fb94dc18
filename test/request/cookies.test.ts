import { describe, expect, it } from 'vitest';
import {
  clearCookie,
  cookieAttributes,
  readGateCookies,
  roomsToDrop,
  setCookie,
  withoutGateCookies,
} from '../../gateway/request/cookies.ts';

const plain = { domain: null, sameSite: null, secure: null };

describe('reading', () => {
  it('finds tickets and passes by room among other cookies', () => {
    const cookies = readGateCookies(
      'sid=1; hg_t_event-4711=a.b.c;hg_p_event-4711=d.e.f; hg_t_x~other=g',
      'hg',
    );
    expect([...cookies.tickets]).toEqual([
      ['event-4711', 'a.b.c'],
      ['x~other', 'g'],
    ]);
    expect([...cookies.passes]).toEqual([['event-4711', 'd.e.f']]);
  });

  it('lets the first of two cookies with one name count', () => {
    expect(readGateCookies('hg_t_a=first; hg_t_a=second', 'hg').tickets.get('a')).toBe('first');
  });

  it.each([
    '',
    ';;;',
    '=',
    'hg_t_',
    'hg_t_=x',
    'hg_t_a',
    'hg_t_a=',
    'hg_x_a=1',
    'xhg_t_a=1',
    '\u0000\uffff=;',
  ])('reads nothing of ours from %j', (header) => {
    const cookies = readGateCookies(header, 'hg');
    expect(cookies.tickets.size + cookies.passes.size).toBe(0);
  });

  it('looks at no more than 32 of ours', () => {
    const header = Array.from({ length: 1000 }, (_, i) => `hg_t_r${i}=x`).join('; ');
    expect(readGateCookies(header, 'hg').tickets.size).toBe(32);
  });

  it('obeys the configured prefix', () => {
    expect(readGateCookies('hg_t_a=1; queue_t_a=2', 'queue').tickets.get('a')).toBe('2');
  });
});

describe('what the platform sees', () => {
  it.each([
    [undefined, null],
    ['sid=1; theme="dark; mode"', 'sid=1; theme="dark; mode"'],
    ['hg_t_a=1', null],
    ['sid=1; hg_t_a=1; lang=de', 'sid=1; lang=de'],
    ['hg_p_a=1;hg_t_b=2;sid=a=b==', 'sid=a=b=='],
    ['hg_t_a', null],
    ['hg_t_a =1; \thg_p_a=2; ok=1', 'ok=1'],
    ['myhg_t_a=1; hg_t=2', 'myhg_t_a=1; hg_t=2'],
  ])('%j becomes %j', (header, platform) => {
    expect(withoutGateCookies(header, 'hg')).toBe(platform);
  });

  it('holds none of ours, however many there are', () => {
    const header = Array.from({ length: 500 }, (_, i) => `hg_t_r${i}=x; s${i}=y`).join('; ');
    const kept = withoutGateCookies(header, 'hg');
    expect(kept).not.toContain('hg_');
    expect(kept?.split('; ')).toHaveLength(500);
  });
});

describe('writing', () => {
  it('is for the host alone, unreadable by scripts, and Lax over http', () => {
    expect(setCookie('hg_t_a', 'x.y.z', { maxAgeSeconds: 60.9, ...cookieAttributes(plain, 'http') })).toBe(
      'hg_t_a=x.y.z; Max-Age=60; Path=/; HttpOnly; SameSite=Lax',
    );
  });

  it('survives a payment page that posts back across sites, over https', () => {
    expect(setCookie('hg_p_a', 'x', { maxAgeSeconds: 5, ...cookieAttributes(plain, 'https') })).toBe(
      'hg_p_a=x; Max-Age=5; Path=/; HttpOnly; SameSite=None; Secure',
    );
  });

  it('takes domain, SameSite and Secure from the settings', () => {
    const attributes = cookieAttributes({ domain: 'example.com', sameSite: 'Strict', secure: true }, 'http');
    expect(clearCookie('hg_t_a', attributes)).toBe(
      'hg_t_a=; Max-Age=0; Path=/; Domain=example.com; HttpOnly; SameSite=Strict; Secure',
    );
  });
});

describe('eight rooms', () => {
  const waiting = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ room: `w${i}`, state: 'waiting' as const }));

  it('an eighth place costs nothing', () => {
    expect(roomsToDrop([...waiting(6), { room: 'e', state: 'ended' }])).toEqual({ kind: 'fits', drop: [] });
  });

  it('ended rooms go before expired ones', () => {
    const held = [
      { room: 'x', state: 'expired' as const },
      ...waiting(6),
      { room: 'e', state: 'ended' as const },
    ];
    expect(roomsToDrop(held)).toEqual({ kind: 'fits', drop: ['e'] });
    expect(roomsToDrop([...held, { room: 'w9', state: 'inside' }])).toEqual({
      kind: 'fits',
      drop: ['e', 'x'],
    });
  });

  it('a live place is never dropped: the visitor is asked', () => {
    const answer = roomsToDrop([...waiting(7), { room: 'in', state: 'inside' }]);
    expect(answer.kind).toBe('ask');
    expect(answer.kind === 'ask' && answer.choices).toHaveLength(8);
  });
});
