/** How figures are written for people. Pure. */

const MINUTE_S = 60;
const HOUR_S = 3_600;
/** Of figures that tell whether something is so; a mean of them is a number. */
export const YES_OR_NO = '0 or 1';

/** `95 s`, `12 min 05 s`, `2 h 05 min`. */
export function shownTime(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 2 * MINUTE_S) return `${whole} s`;
  if (whole < HOUR_S) return withRest(Math.floor(whole / MINUTE_S), 'min', whole % MINUTE_S, 's');
  return withRest(Math.floor(whole / HOUR_S), 'h', Math.floor((whole % HOUR_S) / MINUTE_S), 'min');
}

function withRest(count: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${count} ${unit}` : `${count} ${unit} ${String(rest).padStart(2, '0')} ${restUnit}`;
}

/** With its unit, as exact as a reader needs it. */
export function shownValue(value: number, unit: string): string {
  if (unit === 'share') return `${rounded(value * 100)} %`;
  if (unit === YES_OR_NO && (value === 0 || value === 1)) return value === 1 ? 'yes' : 'no';
  if (unit === '' || unit === YES_OR_NO) return rounded(value);
  return `${rounded(value)} ${unit}`;
}

function rounded(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en-GB');
}
