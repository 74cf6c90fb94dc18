/** Reads one line of an access log, whatever its format: what was asked, of which host, when, and how it was answered. Never throws. */
import { looksLikeVhost, readCombined } from './combined-line.js';
import { readJson } from './json-line.js';

const OPEN_BRACE = 0x7b;

/** A parser hands out one object again and again: copy what you keep. A line that is none gives null. */
export function createLineParser(hint = 'auto') {
  const found = emptyLine();
  const seen = { combined: 0, vhost: 0, json: 0 };
  return {
    parse(line) {
      const format = hint === 'auto' ? formatOf(line) : hint;
      const isRead =
        format === 'json' ? readJson(line, found) : readCombined(line, format === 'vhost', found);
      if (!isRead) return null;
      seen[format] += 1;
      return found;
    },
    /** What most lines were; null before the first. */
    get format() {
      const most = Object.keys(seen).reduce((best, one) => (seen[one] > seen[best] ? one : best));
      return seen[most] === 0 ? null : most;
    },
  };
}

/** Each line tells its format: one that a stranger managed to write into the log misleads nobody about the others. */
function formatOf(line) {
  if (line.charCodeAt(0) === OPEN_BRACE) return 'json';
  return looksLikeVhost(line) ? 'vhost' : 'combined';
}

function emptyLine() {
  return {
    host: null,
    client: null,
    timeMs: 0,
    method: '',
    target: '',
    protocol: '',
    status: 0,
    referer: null,
    agent: null,
    stamp: null,
    requestMs: null,
  };
}
