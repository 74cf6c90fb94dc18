/** Which paths may be asked straight: named whole, or with `/*` at the end for all below as well. */
import { pathOf } from './read-request.js';

/** What a server behind may read as another path than it looks: dot segments, encoded or not, backslashes, `//`. */
const AMBIGUOUS = /\/\.|%2e|%2f|%5c|\\|\/\/|;/i;

export function createAllowedPaths(allow) {
  const whole = new Set(allow.map((path) => (path.endsWith('/*') ? path.slice(0, -2) : path)));
  const starts = allow.filter((path) => path.endsWith('/*')).map((path) => path.slice(0, -1));
  return ({ target }) => {
    if (whole.size === 0) return false;
    const path = pathOf(target);
    if (whole.has(path)) return true;
    return starts.some((start) => path.startsWith(start)) && !AMBIGUOUS.test(path);
  };
}
