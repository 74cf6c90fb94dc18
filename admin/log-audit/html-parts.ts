/** Builds HTML of texts that strangers wrote: what is not made by `html` or `raw` is escaped. */

/** Markup that is safe as it stands. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | Markup | null | readonly (Markup | null)[];

export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let markup = texts[0]!;
  for (const [index, value] of values.entries()) markup += written(value) + texts[index + 1]!;
  return { markup };
}

function written(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  if ('markup' in value) return value.markup;
  return value.map(written).join('\n');
}

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters, and those that turn the direction of text, are shown as a box. */
function escapeText(text: string): string {
  return text.replace(/[&<>"']|[\p{Cc}\p{Cf}]/gu, (sign) => SIGNS[sign] ?? '\u25a1');
}

/** Numbers stand to the right. */
export function htmlTable(
  head: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
  right: readonly number[],
): Markup {
  const align = (column: number) => (right.includes(column) ? html` class="number"` : null);
  const heads = head.map((text, column) => html`<th scope="col"${align(column)}>${text}</th>`);
  const lines = rows.map(
    (row) => html`<tr>${row.map((cell, column) => html`<td${align(column)}>${cell}</td>`)}</tr>`,
  );
  return html`<div class="table"><table><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table></div>`;
}
