/** Requests of one kind share one shape, whatever ids they carry; shapes are short, and names stay names. */
import { check, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathShape, SHAPE_BYTES, writeShape } from '../../gateway/audit/path-shape.ts';

const FOLDED: [string, string][] = [
  ['/events/4711', '/events/{id}'],
  ['/events/4711/x', '/events/{id}/x'],
  ['/events/4711/', '/events/{id}/'],
  ['/e/3f2504e0-4f89-11d3-9a0c-0305e82c3301/y', '/e/{id}/y'],
  ['/c/9f86d081884c7d65', '/c/{id}'],
  ['/d/2026-12-01/z', '/d/{id}/z'],
  ['/t/aGVsbG8gd29ybGQ0MTIx', '/t/{id}'],
  ['/room/event-4711', '/room/{id}'],
  ['/attendees/4711.json', '/attendees/{id}.json'],
  ['/assets/3f9a2b1c77.js', '/assets/{id}.js'],
  ['/people/ada@example.com', '/people/{id}.com'],
  ['/people/ada%40example', '/people/{id}'],
  [`/x/${'word'.repeat(20)}`, '/x/{id}'],
  ['/192.168.0.1', '/{id}'],
];

const KEPT = [
  '/',
  '',
  '/ereg/newreg.php',
  '/api/v2/login',
  '/ereg/step2',
  '/register2024',
  '/specs/iso8601',
  '/index.html',
  '/cafe/decade',
  '/.well-known/security.txt',
];

describe('path shapes', () => {
  it.each(FOLDED)('%s is %s', (path, shape) => expect(pathShape(path)).toBe(shape));

  it.each(KEPT)('%s stays as it is', (path) => expect(pathShape(path)).toBe(path));

  it('a deep or long path ends in a star', () => {
    expect(pathShape('/a/b/c/d/e/f/g/h/i/j')).toBe('/a/b/c/d/e/f/g/h/*');
    expect(pathShape('/name'.repeat(8))).toBe('/name'.repeat(8));
    expect(pathShape(`/${'word'.repeat(10)}`.repeat(8))).toMatch(/^(\/(word){10}){3}\/\*$/);
  });

  it('no path makes a shape longer than its room, or writes beyond it', () => {
    const held = check(
      property(string({ unit: 'binary-ascii', maxLength: 600 }), (text) => {
        const into = Buffer.alloc(SHAPE_BYTES + 64, 0xee);
        const end = writeShape(`/${text}`, into, 0);
        return end <= SHAPE_BYTES && into.subarray(SHAPE_BYTES).every((byte) => byte === 0xee);
      }),
      { numRuns: 2_000 },
    );
    expect(held.failed).toBe(false);
  });

  it('a shape has itself as its shape', () => {
    for (const [path] of FOLDED) expect(pathShape(pathShape(path))).toBe(pathShape(path));
  });
});
