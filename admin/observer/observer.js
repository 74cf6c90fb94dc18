/** Wires an observer: every request is judged and counted, none is delayed for it, and a fault in here breaks none. */
import { createAllowedPaths } from './allowed-paths.js';
import { createGate } from './gate.js';
import { mount } from './mount.js';
import { networkTag } from './network-tag.js';
import { readOptions } from './options.js';
import { passKeyReader } from './pass-keys.js';
import { pathShape } from './path-shape.js';
import { pathOf, readRequest } from './read-request.js';
import { createFixed, createRenewed } from './renewed.js';
import { createReporter } from './reporter.js';
import { inlineStampKeys, stampKeyReader } from './stamp-keys.js';
import { createTally } from './tally.js';
import { createTroubles } from './trouble.js';

/** As package.json has it; a test holds both together. */
const VERSION = '1.0.0';
const MINUTE_MS = 60_000;
const JWKS_EVERY_MS = 300_000;
/** Between two readings that misses ask for. */
const LEAST_MS = 1_000;
const JWKS_LEAST_MS = 5_000;
/** How long a request that carries an unknown key may wait for newer keys. */
const PATIENCE_MS = 1_000;
const MAX_HOST_CHARS = 253;

export function createObserver(options) {
  const settings = readOptions(options);
  const { now, networkKey, refuse, name } = settings;
  const troubles = createTroubles(settings.log);
  const { stampKeys, passKeys } = openKeys(settings, troubles);
  const isAllowed = createAllowedPaths(settings.allow);
  const gate = createGate({ stampKeys, passKeys, refuse, now });
  const tally = createTally(now);

  function count(facts, verdict) {
    const shape = pathShape(pathOf(facts.target));
    const isAround = verdict.kind === 'unstamped';
    const around = isAround ? aroundOf(facts, verdict, shape, networkKey) : null;
    tally.count(verdict, hostName(facts.host), shape, around);
    return verdict;
  }

  function observe(request) {
    const facts = readRequest(request, settings);
    return count(facts, gate(facts, isAllowed).verdict);
  }

  /** The verdict, or a promise of it where newer keys are looked for. */
  function settle(request) {
    const facts = readRequest(request, settings);
    const { verdict, renewal } = gate(facts, isAllowed);
    if (renewal === null) return count(facts, verdict);
    return patiently(renewal).then(() => count(facts, gate(facts, isAllowed).verdict));
  }

  const write = () => ({
    observer: name,
    version: VERSION,
    at: new Date(now()).toISOString(),
    ...tally.report(),
  });
  const reporter = settings.reportTo === undefined ? null : createReporter({ ...settings, write, troubles });

  return {
    ...mount({ settle, refuse, troubles }),
    observe,
    judge: async (request) => settle(request),
    ready: Promise.all([stampKeys.ready, passKeys?.ready]).then(() => undefined),
    figures: () => ({
      ...write(),
      totals: tally.totals(),
      reports: { ...(reporter?.reports ?? NO_REPORTS) },
    }),
    stop() {
      stampKeys.stop();
      passKeys?.stop();
      reporter?.stop();
    },
  };
}

const NO_REPORTS = { sent: 0, failed: 0 };

function openKeys({ stampKeys, jwksUrl, fetch, now }, troubles) {
  const renewed = (what, read, everyMs, leastMs) =>
    createRenewed({
      read,
      everyMs,
      leastMs,
      now,
      onFault: (error) =>
        troubles.is(what, `${what} cannot be read, so nothing is refused for want of them: ${error.message}`),
      onGood: () => troubles.over(what, `${what} are read again`),
    });
  const inline = inlineStampKeys(stampKeys);
  return {
    stampKeys:
      inline === null
        ? renewed('stamp keys', stampKeyReader(stampKeys, troubles), MINUTE_MS, LEAST_MS)
        : createFixed(inline),
    passKeys:
      jwksUrl === undefined
        ? null
        : renewed('keys of passes', passKeyReader(jwksUrl, fetch), JWKS_EVERY_MS, JWKS_LEAST_MS),
  };
}

function aroundOf({ address, method }, { isRefused }, example, networkKey) {
  return { isRefused, tag: networkTag(address, networkKey), method: knownMethod(method), example };
}

/** Methods are a word of the client's; a few are told. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
function knownMethod(method) {
  return METHODS.has(method) ? method : 'other';
}

/** Lower case, without port and trailing dot. */
function hostName(host) {
  const name = host.slice(0, MAX_HOST_CHARS + 6).toLowerCase();
  const port = name.search(/:\d*$/);
  const bare = port === -1 || name.endsWith(']') ? name : name.slice(0, port);
  return (bare.endsWith('.') ? bare.slice(0, -1) : bare).slice(0, MAX_HOST_CHARS);
}

function patiently(renewal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    timer.unref();
    void renewal.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
