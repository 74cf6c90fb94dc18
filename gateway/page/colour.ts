/** Makes a room's colour readable: text on it, and itself as text on light and dark cards, at WCAG AA or better. */

type Rgb = readonly [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const LIGHT_CARD: Rgb = WHITE;
const DARK_CARD: Rgb = [24, 28, 36];
const TEXT_CONTRAST = 4.5;
export const DEFAULT_COLOUR = '#2f5fd0';

/** Custom properties for both schemes: `--accent` fills, `--on-accent` is written on it, `--accent-ink` is written on cards. */
export function paletteCss(colour: string): string {
  const accent = parse(colour);
  const light = scheme(accent, LIGHT_CARD, BLACK);
  const dark = scheme(accent, DARK_CARD, WHITE);
  return `:root{${light}}@media (prefers-color-scheme:dark){:root{${dark}}}`;
}

function scheme(accent: Rgb, card: Rgb, away: Rgb): string {
  const ink = readable(accent, card, away, TEXT_CONTRAST);
  // A pale accent on a white card, or a dark one on a dark card, would be a bar that nobody sees.
  const fill = readable(accent, card, away, 3);
  // Where white is too weak, black has at least 4.6.
  const onFill = contrast(fill, WHITE) >= TEXT_CONTRAST ? WHITE : BLACK;
  const soft = mix(card, accent, 0.1);
  return `--accent:${css(fill)};--on-accent:${css(onFill)};--accent-ink:${css(ink)};--accent-soft:${css(soft)}`;
}

/** The colour itself where it is readable on the card, else the nearest mix towards black or white that is. */
function readable(colour: Rgb, card: Rgb, away: Rgb, wanted: number): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = mix(colour, away, share);
    // The tint behind icons is a tenth of the accent: judged on it too, since text stands there.
    if (Math.min(contrast(mixed, card), contrast(mixed, mix(card, colour, 0.1))) >= wanted) return mixed;
  }
  return away;
}

function parse(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [part(0), part(1), part(2)];
}

function css(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Contrast of two #rrggbb colours, 1 to 21. */
export function contrastRatio(one: string, other: string): number {
  return contrast(parse(one), parse(other));
}
