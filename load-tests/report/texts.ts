/** Figures, times and names as a report says them to people: the same words on the page and in a terminal. */
import { FIGURES } from '../rehearse/figures.ts';

export function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

/** `1 check`, `2 checks`. */
export function counted(number: number, what: string): string {
  return `${count(number)} ${Math.round(number) === 1 ? what : `${what}s`}`;
}

/** Of the scenario's time: `5:07`, or `1:05:07` from an hour up. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = String(whole % 60).padStart(2, '0');
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** How long something takes: `42 s`, `8 min 20 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${significant(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes >= 60) return joined(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min');
  return joined(`${minutes} min`, rest, 's');
}

function joined(most: string, rest: number, unit: string): string {
  return rest === 0 ? most : `${most} ${rest} ${unit}`;
}

export function milliseconds(ms: number): string {
  if (ms < 1000) return `${significant(ms)} ms`;
  return ms < 60_000 ? `${significant(ms / 1000)} s` : duration(ms / 1000);
}

/** A share that is not nothing never reads as nothing, nor all but one as all. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  if (share < 1 && share > 0.999) return '> 99.9 %';
  return `${significant(share * 100)} %`;
}

/** Three digits where there is something behind the point, whole numbers otherwise. */
function significant(number: number): string {
  const digits = Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 10 ? 1 : 2;
  return number.toLocaleString('en', { maximumFractionDigits: digits });
}

/** A value with its unit, as FIGURES names units; null: nobody told it. */
export function valueText(value: number | null, unit: string): string {
  if (value === null) return 'not seen';
  if (unit === 'share') return percent(value);
  if (unit === 'ms') return milliseconds(value);
  if (unit === 'seconds') return duration(value);
  if (unit === '0 or 1') return value === 0 ? 'no' : 'yes';
  return `${significant(value)} ${value === 1 ? (ONE[unit] ?? unit.replace(/s$/, '')) : unit}`;
}

const ONE: Readonly<Record<string, string>> = { breaches: 'breach' };

const BOUNDS = { 'at-most': 'at most ', 'at-least': 'at least ', equals: '' } as const;

export function boundText(
  { kind, value }: { kind: keyof typeof BOUNDS; value: number },
  unit: string,
): string {
  return `${BOUNDS[kind]}${valueText(value, unit)}`;
}

/** `unqueued-share` as `Unqueued share`. */
export function title(name: string): string {
  return sentence(name.replaceAll('-', ' '));
}

/** What a figure is, in words: its own name where nobody has told. */
export function meaningOf(figure: string): string {
  return FIGURES[figure]?.meaning ?? figure;
}

export function unitOf(figure: string): string {
  return FIGURES[figure]?.unit ?? '';
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a, b and c`. */
export function listed(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

/** Ends with a full stop, once. */
export function ended(text: string): string {
  return /[.!?…]$/.test(text.trimEnd()) ? text.trimEnd() : `${text.trimEnd()}.`;
}

/** `2026-11-30 20:15:09`, in UTC. */
export function instant(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}
