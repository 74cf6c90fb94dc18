/** The observer and the gate name an address alike, although they share no code. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathShape } from '../../../admin/observer/index.js';
import { pathShape as shapeAtGate } from '../../../gateway/audit/path-shape.ts';

const CORPUS = [
  '/',
  '/events',
  '/events/',
  '/events/4711',
  '/events/4711/',
  '//events//4711',
  '/ereg/newreg.php',
  '/ereg/step/5',
  '/assets/app.5f3a9c1b.css',
  '/assets/4711.css',
  '/a/2026-11-01/x',
  '/people/0f8fad5b-d9cb-469f-a165-70867728950e/edit',
  '/people/jane@example.com',
  '/people/jane%40example.com.json',
  '/t/eyJhbGciOiJIUzI1NiJ9abc123',
  '/event-4711/step2/iso8601',
  '/x.y/.hidden/a.b.c/file.longextension/file.123/.json',
  '/caf%C3%A9/b%20c',
  `/${'x'.repeat(48)}/${'x'.repeat(49)}/${'x'.repeat(500)}.html`,
  `/${'x'.repeat(44)}.html`,
  `/${'long-name-of-a-folder/'.repeat(20)}`,
  '/1/2/3/4/5/6/7/8/9/10',
  '/a/b/c/d/e/f/g/h',
  '/a/b/c/d/e/f/g/h/',
  '/a/b/c/d/e/f/g/h/i',
  '/deadbeef/deadbee/c0ffee12',
];

test.each(CORPUS)('%s', (path) => expect(pathShape(path)).toBe(shapeAtGate(path)));

const segment = fc.oneof(
  fc.stringMatching(/^[a-f0-9-]{0,40}$/),
  fc.stringMatching(/^[A-Za-z0-9._~:,+@%-]{0,48}$/),
  fc.stringMatching(/^[a-z0-9.-]{40,80}$/),
  fc.stringMatching(/^[a-z]{1,8}[-_.]?\d{0,6}(\.[a-z0-9]{1,6})?$/),
  fc.string({ maxLength: 20, unit: 'binary-ascii' }),
);

test('whatever the path', () => {
  const paths = fc.array(segment, { maxLength: 12 }).map((segments) => `/${segments.join('/')}`);
  fc.assert(
    fc.property(paths, (path) => {
      expect(pathShape(path)).toBe(shapeAtGate(path));
    }),
    { numRuns: 5_000 },
  );
});

test('a shape is bounded', () => {
  for (const path of CORPUS) expect(pathShape(path).length).toBeLessThanOrEqual(168);
});
