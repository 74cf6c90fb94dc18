/** Readiness of a launch's rules and room: do its addresses lead there, may the platform be protected by it, is its line open? Pure. */
import { readAddress, readTarget } from '../../gateway/audit/coverage/target.ts';
import { green, red, unknown } from './item.ts';
import type { Facts, ReadinessItem } from './words.ts';

export function addressesReachTheRoom({ launch, settings, judgeOf }: Facts): ReadinessItem {
  const name = 'addresses-reach-the-room';
  if (launch.addresses.length === 0)
    return unknown(name, 'the launch names no addresses: add them to `launches`');
  const judge = judgeOf(settings);
  const astray = launch.addresses.flatMap((address) => {
    const { host, target } = readAddress(address);
    const { kind, room, rule } = judge(readTarget(host, target));
    if (kind === 'room' && room === launch.room) return [];
    const by = rule === null ? 'no rule' : `rule ${JSON.stringify(rule)}`;
    const where =
      kind === 'room' ? `to room ${room}` : kind === 'bypass' ? 'past every line' : 'to a refusal';
    return [`${address} leads ${where} (by ${by})`];
  });
  if (astray.length > 0) return red(name, `${astray.join('; ')}; wanted: room ${launch.room}`);
  return green(name, `all ${launch.addresses.length} addresses lead to ${launch.room}`);
}

export function limitsSet({ launch, room }: Facts): ReadinessItem {
  const name = 'limits-set';
  if (room === null) return red(name, `the configuration has no room ${launch.room}`);
  const { sessions, admissionsPerMinute } = room.limits;
  if (room.mode === 'observe') return red(name, `${launch.room} only observes: it holds nobody back`);
  if (sessions === null && admissionsPerMinute === null)
    return red(name, `${launch.room} has neither a limit of sessions nor of admissions a minute`);
  const said = [
    sessions === null ? null : `${sessions} sessions at once`,
    admissionsPerMinute === null ? null : `${admissionsPerMinute} admissions a minute`,
  ];
  return green(name, said.filter((text) => text !== null).join(', '));
}

/** A room that an operator closed, and that does not open by itself before the launch, lets nobody in. */
export function lineOpens({ launch, seen }: Facts): ReadinessItem {
  const name = 'line-open';
  if (seen === null) return unknown(name, `no gateway tells of ${launch.room}`);
  const { operatorState, stateUntil } = seen.view;
  if (operatorState === 'open') return green(name, `${launch.room} is open`);
  if (stateUntil !== null && stateUntil <= launch.opensAtMs)
    return green(name, `${launch.room} is ${operatorState}, and opens by itself before the launch`);
  return red(name, `${launch.room} is ${operatorState}, and stays so at the launch`);
}

/** Whoever comes to the opening must not find a maintenance there, nor one that begins while the crowd is still in line. */
const AFTER_OPENING_MS = 3_600_000;

export function outsideMaintenance({ launch, room }: Facts): ReadinessItem {
  const name = 'no-maintenance';
  if (room === null) return red(name, `the configuration has no room ${launch.room}`);
  const { opensAtMs } = launch;
  const near = room.maintenance.find(
    ({ fromMs, untilMs }) => fromMs < opensAtMs + AFTER_OPENING_MS && untilMs > opensAtMs,
  );
  if (near === undefined)
    return green(name, `no maintenance of ${launch.room} at the opening, nor in the hour after it`);
  const [from, until] = [near.fromMs, near.untilMs].map((at) => new Date(at).toISOString());
  return red(name, `maintenance of ${launch.room} from ${from} to ${until}: nobody is let in meanwhile`);
}

/** Only for launches that draw; else there is nothing to say. */
export function drawReady({ launch, seen, gateways }: Facts): ReadinessItem | null {
  if (!launch.draw) return null;
  const name = 'draw-committed';
  const lacking = gateways.filter(({ report }) => report.keys.lacking.includes('draw.secret'));
  if (lacking.length > 0)
    return red(name, `${lacking.map(({ report }) => report.gateway).join(', ')}: draw.secret is missing`);
  const commitment = seen?.view.draw?.commitment;
  if (commitment) return green(name, `the commitment ${commitment.slice(0, 12)}… is published`);
  return unknown(name, `no gateway tells of a draw of ${launch.room}`);
}
