/** Lets the request of somebody inside go on: within its pass's budget, and with a newer pass where the lease has been extended. */
import type { Settings } from '../../config/settings.ts';
import type { Clock } from '../clock.ts';
import type { RoomView } from '../line/words.ts';
import type { Admission } from './admission.ts';
import type { AdmitAsk } from './admit.ts';
import { passOn } from './admit-begin.ts';
import { tell } from './admit-tell.ts';
import type { RequestBudget } from './budgets.ts';
import type { Outages } from './outages.ts';
import { issuePass, type PassFacts } from './passes.ts';
import type { Standing } from './standing.ts';
import type { Tokens } from './tokens.ts';

export interface AdmitInsideParts {
  settings: Pick<Settings, 'passes'>;
  passBudget: RequestBudget;
  outages: Pick<Outages, 'of'>;
  tokens: Tokens;
  clock: Clock;
}

export function createAdmitInside({ settings, passBudget, outages, tokens, clock }: AdmitInsideParts) {
  return (ask: AdmitAsk, view: RoomView): Admission | Promise<Admission> => {
    const { lease, pass, token } = ask.standing as Standing & { kind: 'inside' };
    lease.usedAt = clock.monotonicMs();
    const overSeconds = passBudget.take(lease.id, settings.passes.requestsPerMinute);
    if (overSeconds > 0) {
      return tell(ask, { state: 'refused', code: 'HG_PASS_BUDGET', retryMs: overSeconds * 1_000 });
    }
    const isRolled = lease.leaseUntil - pass.expiresAt > ask.room.settings.session.idleSeconds * 125;
    if (!isRolled) return passOn(lease, token, false);
    const isNew = pass.isNew && outages.of(ask.room.name) !== undefined;
    const facts: PassFacts = { ...pass, fence: view.fence, isNew };
    return issuePass(tokens, ask.room, view, facts, ask.bind, lease.leaseUntil).then((rolled) =>
      passOn(lease, rolled, true),
    );
  };
}
