/** Readiness as it is seen from outside and from the platform: the gate's marker, the direct way, the observer. Pure. */
import { green, red, unknown } from './item.ts';
import type { Facts, ReadinessItem, SeenCoverage } from './words.ts';

type ProbeSeen = SeenCoverage['outside']['probes'][number];

/** What was seen so many rounds ago says nothing of now. */
const ROUNDS_COUNTED = 10;

export function proberSeesTheMarker(facts: Facts): ReadinessItem {
  const name = 'prober-sees-the-marker';
  const { launch, coverage } = facts;
  const probes = fresh(facts).filter((probe) => probe.target === 'launch' && probe.launch === launch.name);
  if (coverage === null || probes.length === 0)
    return unknown(name, 'no address of the launch has been asked from outside lately');
  const missing =
    new Set(launch.addresses.map(withoutQuery)).size - new Set(probes.map((p) => p.address)).size;
  const item = ofProbes(name, probes);
  if (item.state !== 'green' || missing <= 0) return item;
  return unknown(name, `${missing} addresses have not been asked from outside yet`);
}

export function directPathRefused(facts: Facts): ReadinessItem {
  const name = 'direct-path-refused';
  const probes = fresh(facts).filter(({ target }) => target === 'platform');
  if (probes.length > 0) return ofProbes(name, probes);
  return unknown(name, 'the platform’s own addresses are not asked: name them in `audit.probe.platform`');
}

export function observerHeard({ coverage }: Facts): ReadinessItem {
  const name = 'observer-heard';
  const state = coverage?.platform.state ?? 'unknown';
  if (state === 'green') return green(name, 'the observer at the platform sees requests with stamps');
  if (state === 'red') return red(name, 'the observer at the platform sees requests around the gate');
  return unknown(name, 'no observer at the platform is heard of');
}

function fresh({ coverage, settings, nowMs }: Facts): ProbeSeen[] {
  const sinceMs = nowMs - ROUNDS_COUNTED * settings.audit.probe.everySeconds * 1_000;
  return (coverage?.outside.probes ?? []).filter(({ at }) => Date.parse(at) >= sinceMs);
}

function ofProbes(name: string, probes: readonly ProbeSeen[]): ReadinessItem {
  const said = (state: ProbeSeen['state']) =>
    probes
      .filter((probe) => probe.state === state)
      .map(({ address, detail }) => `${address} ${detail}`)
      .join('; ');
  if (probes.some(({ state }) => state === 'red')) return red(name, said('red'));
  if (probes.some(({ state }) => state === 'unknown')) return unknown(name, said('unknown'));
  return green(name, said('green'));
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, '');
}
