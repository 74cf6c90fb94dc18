/** What a report tells of kept requests: nothing that was typed, each text once, and by the rules in force. */
import { describe, expect, it } from 'vitest';
import type { Example } from '../../gateway/audit/examples.ts';
import { ToldExamples } from '../../gateway/audit/told-examples.ts';

function example(target: string): Example {
  const mark = target.indexOf('?');
  return { method: 'GET', target, pathEnd: mark < 0 ? target.length : mark };
}

const told = (target: string, captured: string[] = ['eventid']) =>
  new ToldExamples(new Set(captured)).of([example(target)])[0];

describe('an example is told', () => {
  it.each([
    ['/ereg/newreg.php?eventid=4711&name=Ada', '/ereg/newreg.php?eventid=4711&name=…'],
    ['/ereg/newreg.php', '/ereg/newreg.php'],
    ['/u/ada@example.com/form', '/u/{id}/form'],
    ['/u/ada%40example.com/form', '/u/{id}/form'],
    ['/a%20b/form', '/a%20b/form'],
    [`/t/${'x'.repeat(33)}/form`, '/t/{id}/form'],
    [`/t/${'x'.repeat(32)}/form`, `/t/${'x'.repeat(32)}/form`],
    [`/t/${'x'.repeat(33)}`, '/t/{id}'],
    ['/a?eventid=<script>', '/a?eventid=…'],
    ['/a?ada@example.com', '/a?…=…'],
    ['', ''],
  ])('%s as %s', (target, text) => expect(told(target)).toBe(text));

  it('with so many keys at most, and so much of a path', () => {
    const keys = Array.from({ length: 12 }, (_, i) => `k${i}=1`);
    expect(told(`/a?${keys.join('&')}`)?.split('&')).toHaveLength(8);
    expect(told('/abc'.repeat(100))).toBe('/abc'.repeat(40));
  });

  it('once, of whatever requests look the same', () => {
    const examples = [example('/a?name=Ada'), example('/a?name=Bob'), example('/b')];
    expect(new ToldExamples(new Set()).of(examples)).toEqual(['/a?name=…', '/b']);
  });
});

it('a value is no longer told once no room is named by it, though the request is still kept', () => {
  const kept = [example('/a?eventid=4711')];
  const examples = new ToldExamples(new Set(['eventid']));
  examples.begin();
  expect(examples.of(kept)).toEqual(['/a?eventid=4711']);
  examples.follow(new Set());
  examples.begin();
  expect(examples.of(kept)).toEqual(['/a?eventid=…']);
});
