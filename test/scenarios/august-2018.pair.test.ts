/** August 2018: what the rehearsal proposes mends what it found, and nothing else is needed. */
import { expect, it } from 'vitest';
import { rehearsed } from './rehearsed.ts';

it('the rule that is proposed by the failed rehearsal makes the next one hold', async () => {
  const before = await rehearsed('august-2018', 'as-it-happened');
  const found = before.report.findings.map(({ evidence }) => evidence.host);
  expect(found).toEqual(expect.arrayContaining(['m.example.com', 'www.example.com']));

  const proposed = before.report.findings.find(({ proposedRule }) => proposedRule !== null)?.proposedRule;
  const after = await rehearsed('august-2018', 'as-it-happened', proposed?.config);
  expect(after.failed).toEqual([]);
  expect(after.report.verdict).toBe('held');
});
