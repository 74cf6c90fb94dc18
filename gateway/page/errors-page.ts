/** The catalogue of errors as people read it: docs/errors.md as a whole, and one small page for each problem's type. */
import { CATALOGUE, type CatalogueRow, type ErrorCode } from '../errors.ts';
import { ADVICE } from './advice.ts';
import { STYLE } from './assets.ts';
import { DEFAULT_COLOUR, paletteCss } from './colour.ts';
import { escapeHtml } from './escape.ts';
import { inlineHashes, pageHeaders } from './policy.ts';
import type { RenderedPage } from './words.ts';

const ROWS = Object.entries(CATALOGUE) as [ErrorCode, CatalogueRow][];

/** Text of docs/errors.md; a test keeps the file the same. */
export function errorsMarkdown(): string {
  const rows = ROWS.map(([code, { status, slug, title }]) => {
    const { meaning, whatToDo } = ADVICE[code];
    return `| \`${code}\` | ${status} | \`${slug}\` | **${title}.** ${meaning} | ${whatToDo} |`;
  });
  return `# Errors

Codes never change their meaning. To programs they come as problem documents (RFC 9457): \`code\`, \`status\`, \`title\`,
\`detail\`, and \`type\`, whose last part is the slug below and whose address explains it. The status is the usual one; class
\`api\` is told to wait with 429 where others get 503. This page is made by \`node gateway/page/errors-page.ts > docs/errors.md\`.

| code | status | type | meaning | what to do |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

/** The page behind a problem's \`type\`; null for a slug that is none. For developers, hence English. */
export function describeProblem(slug: string): RenderedPage | null {
  const row = ROWS.find(([, { slug: known }]) => known === slug);
  if (row === undefined) return null;
  const [code, { status, title }] = row;
  const { meaning, whatToDo } = ADVICE[code];
  const html = `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${code}</title>
<link rel="icon" href="data:,">
${STYLES}
</head>
<body>
<main><div class="card">
<p><code>${code}</code></p>
<h1>${escapeHtml(title)}</h1>
<p class="lead">${asHtml(meaning)}</p>
<h2>What to do</h2>
<p>${asHtml(whatToDo)}</p>
<dl class="facts"><div><dt>Status</dt><dd>${status}</dd></div><div><dt>Type</dt><dd>${escapeHtml(slug)}</dd></div></dl>
</div></main>
</body>
</html>
`;
  return { html, headers: HEADERS };
}

const STYLES = `<style>${STYLE}</style><style>${paletteCss(DEFAULT_COLOUR)}</style>`;
const HEADERS = pageHeaders(inlineHashes([STYLES]), 'en', "'none'");

function asHtml(text: string): string {
  return escapeHtml(text).replace(/`([^`]*)`/g, '<code>$1</code>');
}

if (import.meta.main) process.stdout.write(errorsMarkdown());
