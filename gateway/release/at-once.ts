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
  for (const [name, room] of Object.entries(state.rooms)) {
    delete room.atOnce;
    if (gateways < 2) continue;
    const { newcomers, spanMs } = seenOf(name, evidence);
    const most = (surgeLimit(state, name, settings) / 60_000) * (spanMs / gateways);
    if (isManyAtOnce(newcomers, most)) room.atOnce = true;
  }
}

/** Steps and windows do not begin together: what a step counts may have come in more time than the step took. */
function seenOf(room: string, evidence: readonly Evidence[]): { newcomers: number; spanMs: number } {
  const seen = { newcomers: 0, spanMs: 0 };
  for (const { rooms, upstreams } of evidence) {
    const sample = rooms[room];
    seen.newcomers += sample?.newcomers ?? 0;
    seen.spanMs += Math.max(0, ...Object.values(upstreams).map(({ spanMs }) => spanMs));
  }
  return seen;
}
