/** What travels within the page: styles, the chart library and our script, each allowed by its own hash and nothing else. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Markup } from '../../admin/log-audit/html-parts.ts';

const UPLOT = import.meta.resolve('uplot/package.json');

function read(path: string, base: string): string {
  return readFileSync(new URL(path, base), 'utf8');
}

/** Read when the first report is written: whoever writes none needs none of it. */
function readParts(): { style: string; library: string; script: string } {
  const licence = `/*! uPlot\n${read('LICENSE', UPLOT)}*/\n`;
  return {
    style: `${read('dist/uPlot.min.css', UPLOT)}\n${read('browser/report.css', import.meta.url)}`,
    library: licence + read('dist/uPlot.iife.min.js', UPLOT),
    script: read('browser/report.js', import.meta.url),
  };
}

export interface InlineParts {
  policy: string;
  style: Markup;
  scripts: Markup;
}

export function inlineParts(): InlineParts {
  const { style, library, script } = readParts();
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(library)} ${hashOf(script)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return {
    policy,
    style: { markup: `<style>${style}</style>` },
    scripts: { markup: `<script>${library}</script>\n<script>${script}</script>` },
  };
}

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

/** Data for a script: no sign in it can end the element, or begin a comment. */
export function dataElement(id: string, value: unknown): Markup {
  const text = JSON.stringify(value).replaceAll('<', '\\u003c');
  return { markup: `<script type="application/json" id="${id}">${text}</script>` };
}
