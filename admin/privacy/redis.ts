/** Inventory of what stands in Redis: nothing per waiting visitor. */
import { FREE_TEXT, PSEUDONYM, place, STAFF } from './words.ts';

const section = 'redis';
const UNTIL_FORGOTTEN = 'until the room is forgotten: empty, and its last ticket expired';
const room = (part: string) => `<prefix>:{<room>}:${part}`;
const counts = { section, retention: UNTIL_FORGOTTEN, why: 'counters of a room' } as const;
const session = 'ticket id, which is the session’s id';
const ids = (part: string, retention: string) =>
  ({ section, where: room(part), retention, why: 'a time or a number' }) as const;

export const REDIS = [
  ...place(
    { ...counts, where: room('line') },
    {
      core: 'numbers issued and called, budgets, limits in force, times',
      law: 'the room’s law from the configuration',
      buckets: 'called and claimed a second, over the claim window',
      factors: 'the gateways’ last words on the rate',
      provisional: 'places given by gateways while the store was lost: gateway, outage, count',
      look: 'what the last look at the room said',
    },
  ),
  ...place(
    ids('inside', 'while the session lives and for the grace after it, at most an hour each by default'),
    {
      '<session>': {
        purpose: `what is known of one inside (${session}): start, registered, spent`,
        personal: PSEUDONYM,
      },
    },
  ),
  ...place(ids('sessions', 'while the session lives'), {
    '<session>': { purpose: `live sessions (${session}) and when the lease ends`, personal: PSEUDONYM },
  }),
  ...place(ids('lapsed', '`submitGraceSeconds` after the lease'), {
    '<session>': { purpose: `who may still send a form (${session})`, personal: PSEUDONYM },
  }),
  ...place(ids('claimed', 'until the ticket expires (`keys.ticketHours`)'), {
    '<ticket>': { purpose: 'makes a ticket single-use', personal: PSEUDONYM },
  }),
  ...place(ids('returners', 'until they are in, or were not seen for a while'), {
    '<ticket>': { purpose: 'late comers that wait for a slot', personal: PSEUDONYM },
  }),
  ...place(ids('seen', 'as returners'), {
    '<ticket>': { purpose: 'when a late comer was seen last', personal: PSEUDONYM },
  }),
  ...place(ids('ended', 'until the pass expires'), {
    '<session>': { purpose: 'passes that every gateway refuses', personal: PSEUDONYM },
  }),
  ...place(ids('changed', 'while the session lives'), {
    '<session>': { purpose: 'leases that other gateways do not know yet', personal: PSEUDONYM },
  }),
  ...place(
    { section, where: '<prefix>:{rooms}', retention: UNTIL_FORGOTTEN, why: 'a room’s name' },
    { '<room>': 'finds rooms that nobody remembers' },
  ),
  ...place(
    { section, where: '<prefix>:{gateways}', retention: 'while the gateway lives', why: 'names a gateway' },
    { '<gateway>': 'address of the gateway, so that others can ask whether it lives' },
  ),
  ...place(
    {
      section,
      where: '<prefix>:{keys}',
      retention: 'until the next rotation',
      why: 'ids of keys; no key is there',
    },
    { current: 'which keys sign', 'held:<gateway>': 'which keys a gateway holds' },
  ),
  ...place(
    {
      section,
      where: '<prefix>:{council}',
      retention: 'the present decision alone',
      why: 'sums by route, ids folded, and by room',
    },
    {
      text: 'what gateways decided together last, and what it is decided from: usual times of routes, newcomers of rooms',
      version: 'its number',
      decidedMs: 'when it was made',
      nowMs: 'the clock that gateways decide by',
      timeMs: 'the server’s clock when that was read',
      weighed: 'how many windows were weighed',
    },
  ),
  ...place(
    {
      section,
      where: '<prefix>:{council}:windows',
      retention: 'until they are weighed, at most 10 s',
      why: 'sums by route, ids folded, and by room',
    },
    { '<window>': 'half a second of one gateway: answers by route, newcomers by room' },
  ),
  ...place(
    {
      section,
      where: '<prefix>:{council}:gateways',
      retention: '10 s after it was heard of last',
      why: 'names a gateway',
    },
    { '<gateway>': 'requests that it has in flight, by upstream' },
  ),
  ...place(
    { section, where: '<prefix>:{control}', retention: 'the present document alone', why: 'configuration' },
    {
      document: {
        purpose: 'what all gateways obey: revision, pins, messages, commands',
        personal: `pins have author and reason: ${STAFF}`,
      },
      serial: 'its number',
      at: 'when it was made: what stands there is told from another document by both',
      admin: 'which admin process runs',
    },
  ),
  ...place(
    {
      section,
      where: '<prefix>:{control}:reports',
      retention: 'the last report of each gateway',
      why: 'sums and path shapes',
    },
    {
      '<gateway>': {
        purpose: 'what the gateway reports each second: see below',
        personal: `overrides have a reason: ${FREE_TEXT}`,
      },
    },
  ),
];
