/**
 * Newcomers that came at once, at several gateways: each alone saw too few to call them a surge, all together saw what one gateway, had
 * it been the only one, would have told in the request that was too much. One gateway alone has told it already.
 */
import type { ProtectionSettings } from '../../config/settings.ts';
import { isManyAtOnce, surgeLimit } from './engage.ts';
import type { ControllerState } from './state.ts';
import type { Evidence } from './words.ts';

/** Of each room by its newcomers in these windows; what was noted of the last ones is over. */
export function noteAtOnce(
  state: ControllerState,
  evidence: readonly Evidence[],
  settings: ProtectionSettings,
): void {
  const gateways = new Set(evidence.map(({ gateway }) => gateway)).size;
  const spanMs = seenMs(evidence) / Math.max(1, gateways);
  for (const [name, room] of Object.entries(state.rooms)) {
    delete room.atOnce;
    if (gateways < 2) continue;
    const newcomers = evidence.reduce((sum, { rooms }) => sum + (rooms[name]?.newcomers ?? 0), 0);
    if (isManyAtOnce(newcomers, (surgeLimit(state, name, settings) / 60_000) * spanMs)) room.atOnce = true;
  }
}

/** Steps and windows do not begin together: what a step counts may have come in more time than the step took. */
function seenMs(evidence: readonly Evidence[]): number {
  return evidence.reduce(
    (sum, { upstreams }) => sum + Math.max(0, ...Object.values(upstreams).map(({ spanMs }) => spanMs)),
    0,
  );
}
