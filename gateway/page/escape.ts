/** Makes strings of strangers safe in HTML, and addresses of strangers safe to lead to. */

const SPECIAL = /[&<>"']/;
const REPLACEMENTS: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for quoted attribute values. */
export function escapeHtml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(/[&<>"']/g, (sign) => REPLACEMENTS[sign] ?? sign);
}

/**
 * As escapeHtml, with every sign beyond ASCII as a number. A page of ASCII alone is kept in one byte a sign and sent
 * as it is: measured, a page with a single dash took twice as long to send. Worth it where such signs are few.
 */
export function asciiHtml(text: string): string {
  return escapeHtml(text).replace(/\P{ASCII}/gu, (sign) => `&#${sign.codePointAt(0)};`);
}

/**
 * Path and query as a link that cannot leave this site: `//elsewhere` would name another host, quotes would end
 * the address within a meta refresh, and browsers read `\` as `/` and drop control characters.
 */
export function safeTarget(target: string): string {
  if (!target.startsWith('/')) return '/';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be kept out
  const clean = target.replace(/[\u0000-\u0020"'<>\\\u007f]/g, encodeURIComponent);
  return clean.startsWith('//') ? `/.${clean}` : clean;
}
