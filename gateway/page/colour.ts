/** Makes a room's colour readable: text on it, and itself as text on light and dark cards, at WCAG AA or better. */

type Rgb = readonly [number, number, number];

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const LIGHT_CARD: Rgb = WHITE;
const DARK_CARD: Rgb = [24, 28, 36];
const TEXT_CONTRAST = 4.5;
/** Share of the accent in the tint behind icons and boxes. */
const LIGHT_TINT = 0.1;
const DARK_TINT = 0.18;
export const DEFAULT_COLOUR = '#2f5fd0';

/** Custom properties for both schemes: `--accent` fills, `--on-accent` is written on it, `--accent-ink` is written on cards. */
export function paletteCss(colour: string): string {
  const accent = parse(colour);
  const light = scheme(accent, LIGHT_CARD, BLACK, LIGHT_TINT);
  const dark = scheme(accent, DARK_CARD, WHITE, DARK_TINT);
  return `:root{${light}}@media (prefers-color-scheme:dark){:root{${dark}}}`;
}

function scheme(accent: Rgb, card: Rgb, away: Rgb, tint: number): string {
  const soft = mix(card, accent, tint);
  // Text in the accent stands on the card and on the tint.
  const ink = readable(accent, [card, soft], away, TEXT_CONTRAST);
  // A pale accent on a white card, or a dark one on a dark card, would be a bar that nobody sees.
  const fill = readable(accent, [card, soft], away, 3);
  // Where white is too weak, black has at least 4.6.
  const onFill = contrast(fill, WHITE) >= TEXT_CONTRAST ? WHITE : BLACK;
  return `--accent:${css(fill)};--on-accent:${css(onFill)};--accent-ink:${css(ink)};--accent-soft:${css(soft)}`;
}

/** The colour itself where it is readable on every ground, else the nearest mix towards black or white that is. */
function readable(colour: Rgb, grounds: Rgb[], away: Rgb, wanted: number): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = mix(colour, away, share);
    if (grounds.every((ground) => contrast(mixed, ground) >= wanted)) return mixed;
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
