/** Pieces of Markdown in which nobody else's text can become a heading, a link or another cell. */

/** One line of somebody else's text. */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/[\\`*[\]<>|]/g, (character) => `\\${character}`)
    .trim();
}

/** Cells are written as they are. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

export function list(items: readonly string[], none: string): string[] {
  return [...(items.length === 0 ? [none] : items.map((item) => `- ${item}`)), ''];
}

/** `2026-12-01 15:00:00`, UTC. */
export function clockTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

export function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}

export function count(number: number | null): string {
  return number === null ? '–' : String(Math.round(number * 10) / 10);
}
