/** An observer that reads an access log instead of standing in the platform: counts what came with a stamp and without, and reports it. */
import { randomBytes } from 'node:crypto';
import { createLineParser } from './access-log.js';
import { createAllowedPaths } from './allowed-paths.js';
import { createGate } from './gate.js';
import { networkTag } from './network-tag.js';
import { openKeys } from './open-keys.js';
import { pathShape } from './path-shape.js';
import { hostName, knownMethod, pathOf } from './read-request.js';
import { isRehearsed } from './rehearsed.js';
import { createReporter } from './reporter.js';
import { createTally } from './tally.js';
import { createTroubles } from './trouble.js';

const VERSION = '1.0.0';
/** A stamp as the gate writes it: `v1.<unix s>.<room>.<class>.<kid>.<mac>`. */
const STAMP = /^v1\.[1-9]\d{0,11}\.[^.]{1,64}\.[a-z]{1,16}\.[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{43}$/;

export function createLogObserver(options) {
  const settings = { ...DEFAULTS, ...options };
  const { now, host, stampKeys: source } = settings;
  const troubles = createTroubles(settings.log);
  const keys =
    source === undefined ? null : openKeys({ ...settings, jwksUrl: undefined }, troubles).stampKeys;
  const judge = keys === null ? byShape(settings) : byKeys(keys, settings);
  const tally = createTally(now);
  const parser = createLineParser(settings.format);
  const skipped = { malformed: 0, withoutHost: 0 };
  const write = () => ({
    observer: settings.name,
    version: VERSION,
    at: new Date(now()).toISOString(),
    ...tally.report(),
  });
  const reporter = createReporter({ ...settings, write, troubles });

  function count(line, named) {
    const { method, target, client } = line;
    const facts = { method, host: named, target, stamp: line.stamp ?? undefined, passes: [] };
    const verdict = judge(facts);
    const isAround = verdict.kind === 'unstamped';
    const around = isAround
      ? { isRefused: false, tag: tagOf(client, settings), method: knownMethod(method) }
      : null;
    if (!isRehearsed(verdict)) tally.count(verdict, hostName(named), pathShape(pathOf(target)), around);
  }

  return {
    /** A line of the log. */
    take(text) {
      const line = parser.parse(text);
      const named = line?.host ?? host;
      if (line === null) skipped.malformed += 1;
      else if (named === null) skipped.withoutHost += 1;
      else count(line, named);
    },
    ready: keys?.ready ?? Promise.resolve(),
    figures: () => ({
      ...write(),
      totals: tally.totals(),
      skipped: { ...skipped },
      reports: { ...reporter.reports },
    }),
    stop() {
      keys?.stop();
      reporter.stop();
    },
  };
}

const DEFAULTS = {
  host: null,
  format: 'auto',
  allow: [],
  everySeconds: 2,
  fetch: globalThis.fetch,
  now: Date.now,
  log: (line) => console.error(line),
  name: `log-${randomBytes(6).toString('hex')}`,
  networkKey: randomBytes(32),
};

/** Who has the keys verifies. A line is counted once, so one whose key is just being read is `unknown`. */
function byKeys(stampKeys, { allow, now }) {
  const gate = createGate({ stampKeys, passKeys: null, refuse: false, now });
  const isAllowed = createAllowedPaths(allow);
  return (facts) => {
    const { verdict } = gate(facts, isAllowed);
    const bare = hostName(facts.host);
    // `%v:%p` names the server's port, which the client need not have named.
    return verdict.wrong === 'forged' && bare !== facts.host
      ? gate({ ...facts, host: bare }, isAllowed).verdict
      : verdict;
  };
}

/** Without keys whatever looks like a stamp counts as one: enough against mistakes, not against somebody who writes them. */
function byShape({ allow }) {
  const isAllowed = createAllowedPaths(allow);
  return (facts) => {
    if (facts.stamp !== undefined && STAMP.test(facts.stamp))
      return { ...verdictOf('stamped', null), room: facts.stamp.split('.', 3)[2] };
    if (isAllowed(facts)) return verdictOf('allowed', null);
    return verdictOf('unstamped', facts.stamp === undefined ? null : 'malformed');
  };
}

function verdictOf(kind, wrong) {
  return { kind, wrong, room: null, isRefused: false };
}

function tagOf(client, { networkKey }) {
  return client === null ? null : networkTag(client, networkKey);
}
