import { expect, test } from 'vitest';
import { contrastRatio, paletteCss } from '../../gateway/page/colour.ts';

const COLOURS = [
  '#000000',
  '#ffffff',
  '#ffff00',
  '#00ff00',
  '#0000ff',
  '#ff0000',
  '#808080',
  '#767676',
  '#0b7a5c',
  '#123456',
  '#fedcba',
];
const CARDS = ['#ffffff', '#181c24'];

test.each(COLOURS)('text in, and on, the accent %s is readable in both schemes (WCAG AA)', (colour) => {
  const schemes = [
    ...paletteCss(colour).matchAll(
      /--accent:(#\w+);--on-accent:(#\w+);--accent-ink:(#\w+);--accent-soft:(#\w+)/g,
    ),
  ];
  expect(schemes).toHaveLength(2);
  for (const [i, [, accent = '', onAccent = '', ink = '', soft = '']] of schemes.entries()) {
    expect(contrastRatio(accent, onAccent)).toBeGreaterThanOrEqual(4.5);
    expect(contrastRatio(ink, CARDS[i]!)).toBeGreaterThanOrEqual(4.5);
    expect(contrastRatio(ink, soft)).toBeGreaterThanOrEqual(4.5);
    expect(contrastRatio(accent, CARDS[i]!)).toBeGreaterThanOrEqual(3);
    expect(contrastRatio(i === 0 ? '#161b24' : '#eef1f6', soft)).toBeGreaterThanOrEqual(4.5);
    expect(
      contrastRatio(i === 0 ? '#576070' : '#a4aebd', i === 0 ? '#f6f7f9' : '#0e1116'),
    ).toBeGreaterThanOrEqual(4.5);
  }
});

test('a colour that is readable already stays as it is', () => {
  expect(paletteCss('#0b7a5c')).toContain('--accent:#0b7a5c;--on-accent:#ffffff');
});
