/** Takes the store's passwords out of a configuration's text: each gateway has them from its own file, and a revision is shown and published. */
import { parseDocument } from 'yaml';

const PASSWORDS = ['password', 'sentinelPassword'];
const URL_PASSWORD = /^(\w+:\/\/[^\s/@:]*):[^\s/@]*@/;

/** The same text, byte for byte, where it holds none. */
export function withoutSecrets(text: string): string {
  if (!/password|:\/\/[^\s/]*@/i.test(text)) return text;
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false });
  if (document.errors.length > 0) return text;
  const found = PASSWORDS.filter((key) => document.hasIn(['store', key]));
  for (const key of found) document.deleteIn(['store', key]);
  const url = document.getIn(['store', 'url']);
  const hasPassword = typeof url === 'string' && URL_PASSWORD.test(url);
  if (hasPassword) document.setIn(['store', 'url'], url.replace(URL_PASSWORD, '$1@'));
  return found.length > 0 || hasPassword ? document.toString({ lineWidth: 0 }) : text;
}
