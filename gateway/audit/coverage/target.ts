/** Reads an address as it was seen (path and query) for the classifier. Pure. */
import type { AskedAddress } from './words.ts';

/** Stands in examples for values that are nobody's business. */
export const HIDDEN = '…';

/** A GET, as a visitor who comes for the first time sends; hidden values are empty. */
export function readTarget(host: string, target: string): AskedAddress {
  const mark = target.indexOf('?');
  return {
    method: 'GET',
    host,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1).replaceAll(HIDDEN, ''),
  };
}

/** A public address of a launch, without scheme and port. */
export function readAddress(address: string): { host: string; target: string } {
  const url = new URL(address);
  return { host: url.hostname.toLowerCase(), target: `${url.pathname}${url.search}` };
}

/** `/ereg` of `/ereg/newreg.php`; '' for a page at the root. */
export function firstFolder(path: string): string {
  const end = path.indexOf('/', 1);
  return end < 0 ? '' : path.slice(0, end);
}
