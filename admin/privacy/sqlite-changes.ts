/** Inventory of the admin's tables about changes: who may change, what was changed, why. */
import { FREE_TEXT, place, STAFF } from './words.ts';

const section = 'sqlite';

export const SQLITE_CHANGES = [
  ...place(
    {
      section,
      where: 'audit_log',
      retention: 'for ever: it is append-only',
      why: 'describes a deed, no person',
    },
    {
      seq: 'position in the log',
      at: 'when it was done',
      actor: { purpose: 'who did it', personal: STAFF },
      action: 'what was done',
      subject: 'what was acted on: a room, a revision',
      reason: { purpose: 'why', personal: FREE_TEXT },
      before: 'values before, without secrets',
      after: 'values after, without secrets',
      hash: 'binds the entry to the one before',
    },
  ),
  ...place(
    {
      section,
      where: 'tokens',
      retention: 'for ever: the audit log names them',
      why: 'describes a right, no person',
    },
    {
      id: 'finds the token',
      name: { purpose: 'tells tokens apart', personal: STAFF },
      role: 'what it may do',
      rooms: 'an organiser’s rooms',
      hash: 'checks the token, which is not kept itself',
      createdAt: 'when it was made',
      createdBy: { purpose: 'who made it', personal: STAFF },
      expiresAt: 'when it ends',
      lastUsedAt: {
        purpose: 'finds tokens that nobody uses',
        personal: 'tells when somebody of the staff worked',
      },
      revokedAt: 'when it was withdrawn',
    },
  ),
  ...place(
    { section, where: 'idempotency', retention: '24 hours', why: 'repeats an answer of this API' },
    {
      actor: { purpose: 'whose key it is', personal: STAFF },
      key: 'chosen by the caller, tells a repeated request',
      request: 'digest of the request',
      answer: 'what was answered',
      atMs: 'when',
    },
  ),
  ...place(
    {
      section,
      where: 'invitations',
      retention: 'for ever: who made which can be looked up',
      why: 'counts invitations, which are not kept themselves',
    },
    {
      number: 'order',
      id: 'names the batch, and stands in each of its invitations',
      room: 'into which room they are',
      lane: 'into which of its lanes',
      count: 'how many were made',
      expires_at: 'when they end',
      note: { purpose: 'whom they are for', personal: FREE_TEXT },
      made_by: { purpose: 'who made them', personal: STAFF },
      at: 'when they were made',
      revoked_at: 'when they were withdrawn',
    },
  ),
  ...place(
    {
      section,
      where: 'revisions',
      retention: 'for ever: what was once in force can be looked up',
      why: 'configuration',
    },
    {
      number: 'the revision',
      config: 'the configuration’s text',
      source: 'file, API, override, …',
      author: { purpose: 'who made it', personal: STAFF },
      reason: { purpose: 'why', personal: FREE_TEXT },
      createdAt: 'when',
      parent: 'the revision before',
      state: 'whether it is in force',
      replaced: 'what it replaced',
      rollbackOf: 'what it took back',
    },
  ),
  ...place(
    { section, where: 'revision_steps', retention: 'as its revision', why: 'describes a course of events' },
    { id: 'order', revision: 'which', at: 'when', step: 'what became of it', detail: 'in words' },
  ),
  ...place(
    {
      section,
      where: 'revision_routes',
      retention: 'as its revision',
      why: 'shares by rule, host and path shape',
    },
    {
      revision: 'which',
      before: 'failed shares by route before it',
      during: 'the same while it ran',
      takenBackBy: 'the revision that took it back',
      recovery: 'which routes have recovered',
    },
  ),
  ...place(
    { section, where: 'activation', retention: 'until it is over', why: 'describes a course of events' },
    {
      only: 'one row',
      state: 'how far the activation is',
      author: { purpose: 'who began it', personal: STAFF },
      reason: { purpose: 'why', personal: FREE_TEXT },
    },
  ),
  ...place(
    { section, where: 'published', retention: 'the present document alone', why: 'configuration' },
    {
      only: 'one row',
      document: {
        purpose:
          'what all gateways obey: revision, pins, messages, revoked invitations, rehearsals, commands',
        personal: `pins have author and reason: ${STAFF}`,
      },
    },
  ),
  ...place(
    { section, where: 'room_reverts', retention: 'until the change ends', why: 'describes a room’s limits' },
    {
      room: 'which',
      key: 'what was changed for a while',
      before: 'what it goes back to',
      value: 'what it is meanwhile',
      until_ms: 'until when',
      changed_by: { purpose: 'who changed it', personal: STAFF },
      reason: { purpose: 'why', personal: FREE_TEXT },
    },
  ),
  ...place(
    { section, where: 'room_changes', retention: 'for ever', why: 'counts changes of a room' },
    { room: 'which', count: 'how many changes: two operators at once are noticed' },
  ),
  ...place(
    {
      ...{ section, where: 'rehearsals', retention: 'for ever: a launch is ready only with one' },
      why: 'figures of simulated visitors',
    },
    {
      number: 'order',
      launch: 'which launch was rehearsed',
      revision: 'by which revision',
      passedAt: 'when it was passed',
      report: { purpose: 'what it showed', retention: 'the last fifty' },
      id: 'names it, and stands in its header and before the names of its rooms',
      prefix: 'begins the names of its rooms',
      opensAt: 'when its launch opened in it',
      startedAt: 'when it began',
      expiresAt: 'when it ends by itself',
      endedAt: 'when it was ended',
      startedBy: { purpose: 'who began it', personal: STAFF },
      reason: { purpose: 'why', personal: FREE_TEXT },
      configuration: 'digest of revision, pins and what was staged',
      disturbed: 'whether the configuration changed meanwhile',
      endedEarly: 'why it was not played to its end',
      verdict: 'whether what it was to show held',
      visitors: 'how many simulated visitors came',
    },
  ),
  ...place(
    {
      ...{ section, where: 'rehearsal_key', retention: 'for ever' },
      why: 'a key of this admin process, which signs the header of rehearsals',
    },
    { only: 'one row', jwk: 'the private key; gateways are told its public part' },
  ),
  ...place(
    { section, where: 'overrides_seen', retention: 'until the override ends', why: 'names a room' },
    { key: 'room, action and time of an override: it is noted once', until: 'when it ends' },
  ),
];
