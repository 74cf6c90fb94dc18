/** Inventory of what visitors carry themselves, and of what is written down and counted of their requests. */
import { PSEUDONYM, place } from './words.ts';

const TOKEN = 'describes a place in a line';
const times = {
  iat: 'when it was issued',
  exp: 'until when it is good',
  iss: 'always headgate',
  aud: 'the room',
  room: 'the room',
  epoch: 'which line of the room',
  lane: 'which lane',
};

export const VISITORS = [
  ...place(
    {
      ...{ section: 'visitor', where: 'ticket (cookie <prefix>_t_<room>, header headgate-ticket)' },
      ...{ retention: '`keys.ticketHours` (48 h); in the visitor’s browser alone', why: TOKEN },
    },
    {
      ...times,
      jti: { purpose: 'tells tickets apart: each becomes a session once', personal: PSEUDONYM },
      n: 'the number in the line',
      s: 'the number that was served when it was issued',
      o: 'the number that was served when the place was taken',
      pre: 'given before the opening',
      pq: 'the number before the opening, where a draw changed it',
      gateway: 'gateway that gave the place while the store was lost',
      outage: 'which outage that was',
      k: 'the how-manieth place of it',
    },
  ),
  ...place(
    {
      ...{ section: 'visitor', where: 'invitation (cookie <prefix>_i_<room>, header headgate-invitation)' },
      ...{
        retention: '`keys.ticketHours` (48 h) in the visitor’s browser alone, once the link was followed',
        why: TOKEN,
      },
    },
    {
      iss: 'who issued it',
      aud: 'for which room',
      room: 'the room',
      lane: 'which lane',
      batch: 'the batch that it is of, which can be revoked',
      jti: { purpose: 'gives one place, and that once', personal: PSEUDONYM },
      iat: 'when the batch was made',
      exp: 'when it ends',
    },
  ),
  ...place(
    {
      ...{ section: 'visitor', where: 'pass (cookie <prefix>_p_<room>, header headgate-pass)' },
      ...{ retention: 'the lease and the grace after it; in the visitor’s browser alone', why: TOKEN },
    },
    {
      ...times,
      jti: { purpose: 'the session’s id', personal: PSEUDONYM },
      n: 'the ticket’s number',
      fence: 'revokes all passes of a room at once',
      start: 'when the session began',
      bind: {
        purpose: 'where `passes.bind` says so: that it is used by the client that got it',
        personal: 'a keyed digest of user agent or network, cut to 22 characters; it cannot be turned back',
      },
      new: 'begun while the store was lost',
    },
  ),
  ...place(
    {
      ...{ section: 'log', where: 'line of a request (standard output)' },
      ...{ retention: 'as the deployment keeps its logs', why: 'describes what the gate did' },
    },
    {
      level: 'info',
      time: 'when',
      requestId: { purpose: 'finds this request in the platform’s logs', personal: 'made for one request' },
      method: 'as sent',
      host: 'as sent',
      path: { purpose: 'the canonical path, without query', personal: 'a platform may put names into paths' },
      status: 'of the answer',
      state: '`headgate-state`',
      room: 'the room',
      class: 'of the rule',
      rule: 'which rule matched',
      ms: 'how long it took',
      worker: 'which process, with several workers',
      msg: 'request',
    },
  ),
  ...place(
    {
      ...{ section: 'metric', where: 'labels of headgate_* metrics' },
      ...{
        retention: 'in memory until the process ends; then as Prometheus keeps it',
        why: 'from the configuration',
      },
    },
    {
      room: 'rooms by name or template; of captured ones the 100 busiest',
      class: 'of the rule',
      state: '`headgate-state`',
      le: 'bound of a histogram',
      call: 'which call of the store',
      upstream: 'which upstream',
      kind: 'of a failure',
      action: 'of an override',
      outcome: 'of a post to a webhook, of spans, or of reports',
      webhook: 'its name',
      severity: 'of findings',
    },
  ),
];
