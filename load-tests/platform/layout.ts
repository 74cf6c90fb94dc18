/** The frame that all of the platform's pages share. Everything that visitors wrote is escaped. */

/** Text that is safe to stand in a page. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Html[];

/** Builds a piece of a page; strings put in are escaped. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: texts.reduce((page, text, i) => page + textOf(parts[i - 1]!) + text) };
}

function textOf(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if ('html' in part) return part.html;
  return part.map((piece) => piece.html).join('');
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

export function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Canal Events</title>
<link rel="stylesheet" href="/assets/app.css">
<link rel="icon" href="/favicon.ico" type="image/svg+xml">
</head>
<body>
<header><a class="brand" href="/">Canal Events</a><nav><a href="/events">All events</a></nav></header>
<main>
${body}
</main>
<footer>Canal Events · registration for gatherings of every size</footer>
</body>
</html>
`.html;
}
