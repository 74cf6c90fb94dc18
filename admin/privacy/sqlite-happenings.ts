/** Inventory of the admin's tables about what happens: findings, drift, decisions, messages, figures, what waits to be told. */
import { FREE_TEXT, place, STAFF } from './words.ts';

const section = 'sqlite';
const SHAPES = 'hosts and path shapes with ids folded; no address, query or cookie';

export const SQLITE_HAPPENINGS = [
  ...place(
    { section, where: 'findings', retention: 'the last 10,000 that are resolved', why: SHAPES },
    {
      seq: 'order',
      id: 'names the finding',
      key: 'the same finding, round after round',
      kind: 'what was found',
      severity: 'how grave',
      summary: 'for people',
      evidence: {
        purpose: 'hosts, path shapes, shares, examples',
        personal:
          'may name client networks by keyed tags: a tag stands for many people, and without its key for nobody',
      },
      room: 'the line that is meant',
      first_seen: 'when it began',
      last_seen: 'when it was seen last',
      resolved_at: 'when it was over',
      proposed_rule: 'a rule that would mend it',
    },
  ),
  ...place(
    {
      section,
      where: 'drift',
      retention: 'the last 1,000 that are over',
      why: 'describes gateways and files',
    },
    {
      id: 'names it',
      key: 'the same item, look after look',
      item: 'what is off, with file and line',
      firstSeen: 'since when',
      resolvedAt: 'until when',
    },
  ),
  ...place(
    { section, where: 'decisions', retention: 'the last 50,000', why: 'describes rooms and the platform' },
    {
      id: 'order',
      at: 'when',
      kind: 'engage, disengage, store-lost, …',
      room: 'which',
      signal: 'what was measured',
      value: 'as it was measured',
      most: 'what it was held against',
      mode: 'whether it was acted on',
      sentence: 'for people',
      gateways: 'who reported it',
    },
  ),
  ...place(
    {
      section,
      where: 'decision_sources',
      retention: 'as long as the gateway reports',
      why: 'names a gateway',
    },
    { gateway: 'which', started_at: 'since when it runs', seq: 'how far its decisions were read' },
  ),
  ...place(
    {
      section,
      where: 'messages',
      retention: 'for ever: what visitors were told can be looked up',
      why: 'public',
    },
    {
      number: 'order',
      id: 'names the message',
      room: 'whom it concerns',
      at: 'when',
      text: { purpose: 'what visitors are told', personal: FREE_TEXT },
      severity: 'how grave',
      posted_by: { purpose: 'who posted it', personal: STAFF },
      resolves: 'whether it ends an incident',
      withdrawn_at: 'when it was taken back',
    },
  ),
  ...place(
    { section, where: 'incidents', retention: 'for ever', why: 'describes a room or the platform' },
    {
      id: 'order',
      room: 'which',
      opened_at: 'when it began',
      updated_at: 'when visitors heard of it last',
      reminded_at: 'when operators were reminded',
      resolved_at: 'when it ended',
      by_message: 'whether a message opened it',
      by_operator: 'whether an operator opened it',
    },
  ),
  ...place(
    { section, where: 'timeline_minutes', retention: '14 days', why: 'sums over everybody' },
    {
      atMs: 'the minute',
      requests: 'how many',
      forwarded: 'how many went to the platform',
      failedShare: 'share that failed',
      unqueuedShare: 'share outside of its line',
      findingsOpen: 'how many',
      driftOpen: 'how many',
      gateways: 'how many reported',
    },
  ),
  ...place(
    { section, where: 'timeline_rooms', retention: '14 days', why: 'sums over everybody in a room' },
    {
      atMs: 'the minute',
      room: 'which',
      waiting: 'how many',
      sessions: 'how many',
      callsPerMinute: 'how fast',
      admissions: 'how many in this minute',
    },
  ),
  ...place(
    { section, where: 'timeline_events', retention: '14 days, at most 50,000', why: SHAPES },
    {
      id: 'order',
      atMs: 'when',
      kind: 'finding, drift, reminder',
      room: 'which',
      severity: 'how grave',
      summary: 'for people',
    },
  ),
  ...place(
    {
      section,
      where: 'timeline_state',
      retention: 'the last 5 s alone',
      why: 'gateways, rooms, what is open',
    },
    {
      only: 'one row',
      state: {
        purpose: 'how things stand, for the hand-over note',
        personal: `overrides have a reason: ${FREE_TEXT}`,
      },
    },
  ),
  ...place(
    {
      section,
      where: 'webhook_queue',
      retention: 'until delivered or given up, at most 500 a webhook',
      why: SHAPES,
    },
    {
      webhook: 'whom to tell',
      id: 'the same in every try',
      at: 'when it happened',
      tries: 'how often it failed',
      notice: 'what is told',
    },
  ),
];
