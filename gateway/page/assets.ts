/** The built-in style and scripts, read once and made small: they travel within every page. */
import { readFileSync } from 'node:fs';

function read(name: string): string {
  return readFileSync(new URL(`./browser/${name}`, import.meta.url), 'utf8');
}

/** Drops comments and indentation; nothing that could change what the text means. */
function smallCss(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/\s*([{};,])\s*/g, '$1')
    .replace(/: /g, ':')
    .trim();
}

/** Line breaks stay, since JavaScript may read them as ends of statements; so only whole-line comments may be used. */
function smallScript(source: string): string {
  return source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
    .join('\n');
}

export const STYLE = smallCss(read('page.css'));
export const LINE_SCRIPT = smallScript(read('line.js'));
export const PROOF_SCRIPT = smallScript(read('proof.js'));
export const STATUS_SCRIPT = smallScript(read('status.js'));
