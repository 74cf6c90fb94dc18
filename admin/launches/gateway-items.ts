/** Readiness of the gateways: do all run the same, are their keys good past the launch, was this very revision rehearsed? Pure. */
import { green, red, unknown } from './item.ts';
import type { Facts, ReadinessItem } from './words.ts';

/** A gateway looks for what is published twice a second, and reports each second. */
const TAKEN_WITHIN_MS = 5_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export function gatewaysAgree(facts: Facts): ReadinessItem {
  const name = 'gateways-agree';
  const { gateways, silent, staged, active, drift } = facts;
  if (staged !== null) return unknown(name, `revision ${staged.number} is being activated`);
  if (gateways.length === 0) return unknown(name, 'no gateway is heard of');
  const faults = [...silent.map(({ report }) => `${report.gateway} is silent`), ...gatewayFaults(facts)];
  const grave = (drift ?? []).filter(({ severity }) => severity !== 'info');
  faults.push(...grave.map(({ summary }) => summary));
  if (faults.length > 0) return red(name, faults.join('; '));
  if (drift === null) return unknown(name, 'nobody looks for drift');
  if (gateways.some(({ report }) => report.serial < facts.published.serial))
    return unknown(name, 'something was published a moment ago');
  return green(
    name,
    `${gateways.length === 1 ? '1 gateway runs' : `${gateways.length} gateways run`} revision ${active}, without drift`,
  );
}

function gatewayFaults({ gateways, active, published, nowMs }: Facts): string[] {
  const isOld = nowMs - Date.parse(published.at) > TAKEN_WITHIN_MS;
  return gateways.flatMap(({ report: { gateway, refused, revision, serial, store, ready } }) => {
    if (refused !== null) return [`${gateway} refused revision ${refused.revision}: ${refused.reason}`];
    if (isOld && revision !== active) return [`${gateway} runs revision ${revision}, not ${active}`];
    if (isOld && serial < published.serial) return [`${gateway} has not taken what was published last`];
    if (store === 'lost') return [`${gateway} has lost its store`];
    return ready ? [] : [`${gateway} is not ready`];
  });
}

/**
 * Keys have no end of their own: one that was replaced is good for `keys.overlapHours` more. What can end before the launch
 * are the first tickets of its prequeue.
 */
export function keysOutlastTheLaunch({ gateways, launch, settings }: Facts): ReadinessItem {
  const name = 'keys-outlast-the-launch';
  const { ticketHours, overlapHours } = settings.keys;
  if (launch.prequeueMinutes * MINUTE_MS >= ticketHours * HOUR_MS)
    return red(name, `tickets live ${ticketHours} h: the first of the prequeue end before the opening`);
  if (overlapHours < ticketHours)
    return red(name, `after a rotation keys are kept ${overlapHours} h, and tickets live ${ticketHours} h`);
  if (gateways.length === 0) return unknown(name, 'no gateway is heard of');
  const lacking = gateways.filter(
    ({ report: { keys } }) => keys.lacking.length > 0 || keys.current.length === 0,
  );
  if (lacking.length > 0)
    return red(name, `keys are missing at ${lacking.map(({ report }) => report.gateway).join(', ')}`);
  const current = new Set(gateways.map(({ report }) => [...report.keys.current].sort().join(' ')));
  if (current.size > 1)
    return red(name, 'gateways sign with different keys: run `headgate keys list` on each');
  return green(name, `all gateways hold the same keys; tickets live ${ticketHours} h`);
}

/** What was seen is of one configuration: a pin that is set, or a revision that is tried, makes it another. */
export function rehearsed({ rehearsal, active, configuration, launch }: Facts): ReadinessItem {
  const name = 'rehearsal-passed';
  if (rehearsal === null) return unknown(name, 'this launch has not been rehearsed');
  const { revision, passedAt } = rehearsal;
  if (revision !== active)
    return unknown(name, `the last rehearsal was of revision ${revision}, not of ${active}`);
  const isSame = rehearsal.configuration === null || rehearsal.configuration === configuration;
  if (rehearsal.isDisturbed || !isSame)
    return unknown(name, `the configuration has changed since the rehearsal of revision ${revision} began`);
  if (rehearsal.endedEarly !== null)
    return unknown(name, `the rehearsal of revision ${revision} was not played to its end`);
  if (rehearsal.verdict === 'invalid')
    return unknown(
      name,
      `the rehearsal of revision ${revision} says nothing: it was not sent as it was meant to be`,
    );
  if (passedAt === null) return red(name, `the rehearsal of revision ${revision} failed`);
  return ofSize(name, rehearsal, passedAt, launch.expectedPeakPerMinute);
}

/**
 * The busiest minute that is expected brings so many: a rehearsal with fewer visitors in all cannot have shown it. How
 * fast they came is the scenario's to say.
 */
function ofSize(
  name: string,
  { visitors }: NonNullable<Facts['rehearsal']>,
  passedAt: string,
  expected: number | null,
): ReadinessItem {
  const came = visitors === null ? 'it is not known with how many visitors' : `with ${visitors} visitors`;
  if (expected !== null && (visitors ?? 0) < expected)
    return unknown(
      name,
      `the last rehearsal was too small, ${came}: expectedPeakPerMinute is ${expected}, so rehearse with at least so many`,
    );
  return green(name, `passed at ${passedAt}, ${came}`);
}
