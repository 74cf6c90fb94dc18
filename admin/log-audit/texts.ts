/** Figures and times as the report says them to people. */

export function percent(share: number): string {
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  return `${(share * 100).toFixed(1)} %`;
}

export function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

/** `1 line`, `2 lines`. */
export function counted(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? '' : 's'}`;
}

/** `2026-12-01 15:00`, in UTC. */
export function minuteText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

/** What was skipped, as a list of sentences; empty: every line was read. */
export function skippedTexts(counts: {
  malformed: number;
  tooLong: number;
  withoutHost: number;
  outsideTime: number;
  reserved: number;
}): string[] {
  const texts: [number, string][] = [
    [counts.malformed, 'not to be read as a request'],
    [counts.tooLong, 'longer than 64 KB'],
    [counts.withoutHost, 'without a host'],
    [counts.outsideTime, 'outside of the time asked for'],
    [counts.reserved, 'for the gate itself'],
  ];
  return texts.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
}
