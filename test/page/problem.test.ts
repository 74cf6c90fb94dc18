import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CATALOGUE, type ErrorCode } from '../../gateway/errors.ts';
import { describeProblem, errorsMarkdown } from '../../gateway/page/errors-page.ts';
import { problem } from '../../gateway/page/problem.ts';
import { unbalancedTags } from '../support/html.ts';

const CODES = Object.keys(CATALOGUE) as ErrorCode[];

describe('a problem document', () => {
  test('names the room, its state, the wait, where to join and when to come back', () => {
    const { status, headers, body } = problem('HG_WAITING', {
      prefix: '/.headgate',
      room: 'event-4711',
      state: 'waiting',
      expectedWaitSeconds: { low: 60, high: 120 },
      retryAfterSeconds: 7.2,
      detail: 'say "please"\n',
      requestId: 'r1',
    });
    expect(status).toBe(503);
    expect(headers).toEqual([
      'content-type',
      'application/problem+json',
      'cache-control',
      'private, no-store',
      'retry-after',
      '8',
    ]);
    expect(JSON.parse(body)).toEqual({
      type: '/.headgate/problems/waiting',
      title: 'Wait in line',
      status: 503,
      detail: 'say "please"\n',
      code: 'HG_WAITING',
      room: 'event-4711',
      state: 'waiting',
      expectedWaitSeconds: { low: 60, high: 120 },
      join: '/.headgate/rooms/event-4711/tickets',
      retryAfterSeconds: 8,
      requestId: 'r1',
    });
  });

  test.each(CODES)('%s is valid JSON with every field, also where nothing is known', (code) => {
    const { status, body } = problem(code, { prefix: '/q', detail: 'd' });
    expect(status).toBe(CATALOGUE[code].status);
    expect(JSON.parse(body)).toMatchObject({
      type: `/q/problems/${CATALOGUE[code].slug}`,
      room: null,
      state: null,
      expectedWaitSeconds: null,
      join: null,
      retryAfterSeconds: null,
    });
  });

  test('tells class api to wait with 429', () => {
    const { status, body } = problem('HG_WAITING', { prefix: '/q', detail: 'd', status: 429 });
    expect([status, JSON.parse(body).status]).toEqual([429, 429]);
  });

  test('never says to come back after 0 seconds', () => {
    const { headers } = problem('HG_WAITING', { prefix: '/q', detail: 'd', retryAfterSeconds: 0 });
    expect(headers.at(-1)).toBe('1');
  });

  test.each(['HG_SOLD_OUT', 'HG_ENDED', 'HG_NO_ROOM', 'HG_TOO_MANY_PLACES'] as const)(
    '%s leads to no join',
    (code) => {
      expect(JSON.parse(problem(code, { prefix: '/q', room: 'a', detail: 'd' }).body).join).toBeNull();
    },
  );
});

describe('the catalogue', () => {
  test('is what docs/errors.md says', () => {
    expect(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsMarkdown());
  });

  test.each(CODES)('explains %s behind the address of its type', (code) => {
    const page = describeProblem(CATALOGUE[code].slug);
    expect(page?.html).toContain(code);
    expect(unbalancedTags(page?.html ?? '')).toEqual([]);
  });

  test('explains nothing that it does not know', () => {
    expect(describeProblem('constructor')).toBeNull();
  });
});
