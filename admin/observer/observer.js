/** Wires an observer: every request is judged and counted, none is delayed for it, and a fault in here breaks none. */
import { createAllowedPaths } from './allowed-paths.js';
import { createGate } from './gate.js';
import { mount } from './mount.js';
import { networkTag } from './network-tag.js';
import { openKeys } from './open-keys.js';
import { readOptions } from './options.js';
import { pathShape } from './path-shape.js';
import { hostName, knownMethod, pathOf, readRequest } from './read-request.js';
import { isRehearsed } from './rehearsed.js';
import { createReporter } from './reporter.js';
import { createTally } from './tally.js';
import { createTroubles } from './trouble.js';

/** As package.json has it; a test holds both together. */
const VERSION = '1.0.0';
/** How long a request that carries an unknown key may wait for newer keys. */
const PATIENCE_MS = 1_000;

export function createObserver(options) {
  const settings = readOptions(options);
  const { now, networkKey, refuse, name } = settings;
  const troubles = createTroubles(settings.log);
  const { stampKeys, passKeys } = openKeys(settings, troubles);
  const isAllowed = createAllowedPaths(settings.allow);
  const gate = createGate({ stampKeys, passKeys, refuse, now });
  const tally = createTally(now);

  function count(request, facts, verdict) {
    const shape = pathShape(pathOf(facts.target));
    const isAround = verdict.kind === 'unstamped';
    const around = isAround ? aroundOf(facts, verdict, networkKey) : null;
    // A rehearsal's visitors are none of the platform's traffic; they are told to `onVerdict` all the same.
    if (!isRehearsed(verdict)) tally.count(verdict, hostName(facts.host), shape, around);
    tell(request, verdict);
    return verdict;
  }

  function tell(request, verdict) {
    try {
      settings.onVerdict?.(verdict, request);
    } catch (error) {
      troubles.is('onVerdict', `onVerdict fails: ${error.message}`);
    }
  }

  function observe(request) {
    const facts = readRequest(request, settings);
    return count(request, facts, gate(facts, isAllowed).verdict);
  }

  /** The verdict, or a promise of it where newer keys are looked for. */
  function settle(request) {
    const facts = readRequest(request, settings);
    const { verdict, renewal } = gate(facts, isAllowed);
    if (renewal === null) return count(request, facts, verdict);
    return patiently(renewal).then(() => count(request, facts, gate(facts, isAllowed).verdict));
  }

  const write = () => ({
    observer: name,
    version: VERSION,
    at: new Date(now()).toISOString(),
    ...tally.report(),
  });
  const reporter = settings.reportTo === undefined ? null : createReporter({ ...settings, write, troubles });

  return {
    ...mount({ settle, observe, refuse, troubles }),
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

function aroundOf({ address, method }, { isRefused }, networkKey) {
  return { isRefused, tag: networkTag(address, networkKey), method: knownMethod(method) };
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
