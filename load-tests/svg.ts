/** The frame of a picture: a title that readers hear, and colours for a light and for a dark page. */

export interface Picture {
  width: number;
  height: number;
  /** What it shows, in one sentence. */
  title: string;
  body: readonly string[];
}

/** Classes: `ink` is text, `faint` is lines and what matters less; what has a colour of its own is legible on both. */
const STYLE = `
.page { fill: #fff } .ink { fill: #1f2937 } .faint { fill: #6b7280 } .frame { fill: none; stroke: #e5e7eb }
@media (prefers-color-scheme: dark) {
  .page { fill: #0d1117 } .ink { fill: #e6edf3 } .faint { fill: #9198a1 } .frame { stroke: #30363d }
}`;

export function svgPicture({ width, height, title, body }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="11">`,
    `<title>${svgText(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    '<rect class="page" width="100%" height="100%"/>',
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

export function svgText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
