/** What may be typed behind `headgate override`. */
import { describe, expect, it } from 'vitest';
import { readAsked } from '../../gateway/overrides/asked.ts';

const how = { minutes: '15', reason: 'the database is slow' };

describe('an order', () => {
  it.each([
    [['event-4711', 'pause'], { room: 'event-4711', action: 'pause', limit: null }],
    [['event-4711', 'bypass'], { room: 'event-4711', action: 'bypass', limit: null }],
    [['event-4711', 'limit', '40'], { room: 'event-4711', action: 'limit', limit: 40 }],
    [['event-~other', 'limit', '0'], { room: 'event-~other', action: 'limit', limit: 0 }],
    [['list', 'pause'], { room: 'list', action: 'pause', limit: null }],
    [['lift', 'pause'], { room: 'lift', action: 'pause', limit: null }],
  ])('%j is understood', (words, meant) => {
    const asked = readAsked({ words, ...how });
    expect(asked).toEqual({ kind: 'set', ...meant, minutes: 15, reason: how.reason });
  });

  it('list and lift need no more', () => {
    expect(readAsked({ words: ['list'] })).toEqual({ kind: 'list' });
    expect(readAsked({ words: ['lift', 'event-1'] })).toEqual({ kind: 'lift', room: 'event-1' });
    expect(readAsked({ words: ['lift', 'list'] })).toEqual({ kind: 'lift', room: 'list' });
  });

  it.each([
    [[], how, /room: ""/],
    [['event-1'], how, /an action is missing/],
    [['event-1', 'open'], how, /"open" is no action/],
    [['../x', 'pause'], how, /room: "\.\.\/x"/],
    [['x'.repeat(65), 'pause'], how, /1 to 64/],
    [['lift', '../../etc/passwd'], {}, /room: /],
    [['event-1', 'limit'], how, /limit: ""/],
    [['event-1', 'limit', '-1'], how, /limit: "-1"/],
    [['event-1', 'limit', '1.5'], how, /limit: "1\.5"/],
    [['event-1', 'limit', '1e3'], how, /limit: "1e3"/],
    [['event-1', 'limit', '1000001'], how, /limit: "1000001"/],
    [['event-1', 'limit', '1', '2'], how, /too many words/],
    [['event-1', 'pause', '5'], how, /too many words/],
    [['event-1', 'pause'], { reason: 'x' }, /--minutes: ""/],
    [['event-1', 'pause'], { reason: 'x', minutes: '0' }, /--minutes: "0"/],
    [['event-1', 'pause'], { reason: 'x', minutes: '1441' }, /--minutes: "1441"/],
    [['event-1', 'pause'], { reason: 'x', minutes: '1.5' }, /--minutes/],
    [['event-1', 'pause'], { minutes: '5' }, /--reason/],
    [['event-1', 'pause'], { minutes: '5', reason: '  ' }, /--reason/],
    [['event-1', 'pause'], { minutes: '5', reason: 'x'.repeat(501) }, /--reason/],
    [['list', 'lift', 'x'], {}, /"lift" is no action/],
  ])('%j %j is wrong, and it is said why', (words, options, says) => {
    expect(readAsked({ words, ...options })).toEqual({ kind: 'wrong', says: expect.stringMatching(says) });
  });
});
