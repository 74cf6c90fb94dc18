/** What the prober saw from outside that should not be. Pure. */
import type { CoverageState, FoundNow } from '../../gateway/audit/words.ts';
import type { ProbeResult } from './prober.ts';

/** Without any probe nobody knows; one that could not be asked is no good news. */
export function outsideState(results: readonly ProbeResult[]): CoverageState {
  if (results.some(({ state }) => state === 'red')) return 'red';
  return results.length > 0 && results.every(({ state }) => state === 'green') ? 'green' : 'unknown';
}

export function probeFindings(results: readonly ProbeResult[]): FoundNow[] {
  return results.filter(({ state }) => state === 'red').map(probeFinding);
}

function probeFinding({ target, address, launch, room, detail }: ProbeResult): FoundNow {
  const { hostname, pathname } = new URL(address);
  const isLaunch = target === 'launch';
  return {
    key: `probe|${target}|${launch ?? ''}|${address}`,
    kind: isLaunch ? 'probe-not-gated' : 'probe-direct-path-open',
    severity: 'critical',
    summary: isLaunch
      ? `The public address ${address} of launch ${JSON.stringify(launch)} ${detail}, asked from outside.`
      : `The platform’s own address ${address} ${detail}: whoever knows it walks around every line.`,
    evidence: {
      host: hostname,
      pathShape: pathname,
      share: 0,
      addressShare: 0,
      requestsPerMinute: 0,
      examples: [pathname],
    },
    room,
    proposedRule: null,
  };
}
