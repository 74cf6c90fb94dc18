/** Inventory of the files under HEADGATE_DATA; all are readable by their owner alone. */
import { FREE_TEXT, type InventoryEntry, PSEUDONYM, place, STAFF } from './words.ts';

interface Kept {
  purpose: string;
  retention: string;
  personal?: string;
}

const WITHOUT_PEOPLE = 'nothing in it is about a person';

const FILES: Record<string, Kept> = {
  'admin/control.sqlite': {
    purpose: 'the admin’s data: every table above',
    retention: 'see each table',
    personal: STAFF,
  },
  'admin/control.sqlite-wal': {
    purpose: 'its latest changes',
    retention: 'until written into it',
    personal: STAFF,
  },
  'admin/control.sqlite-shm': { purpose: 'index of its latest changes', retention: 'while it is open' },
  'admin/admin.lock': { purpose: 'one admin process a folder', retention: 'while it runs' },
  'admin/audit-head.json': {
    purpose: 'where the audit log ends, so that a cut is found',
    retention: 'for ever',
  },
  'admin/audit-key': { purpose: 'secret that signs where the audit log ends', retention: 'for ever' },
  'admin/token': { purpose: 'SECRET: the first admin token', retention: 'until somebody removes it' },
  'admin/observer-token': {
    purpose: 'SECRET: the demo platform’s token, which may tell what it sees and read nothing',
    retention: 'until somebody removes it',
  },
  'control/published.json': {
    purpose: 'last known good: what the gateways go on by when nobody can be asked',
    retention: 'the last document alone',
    personal: `pins have author and reason: ${STAFF}`,
  },
  'protection.json': {
    purpose:
      'what automatic protection has learned: usual times of routes (ids folded), usual newcomers of rooms, what was borne',
    retention: 'the last minute’s; what is asked for no more fades',
  },
  'gateways/<n>/id': { purpose: 'the gateway’s name, the same after a restart', retention: 'for ever' },
  'gateways/<n>/gateway.lock': { purpose: 'one process a slot', retention: 'while it runs' },
  'gateways/<n>/overrides.json': {
    purpose: 'which overrides this gateway obeys',
    retention: 'while they hold',
  },
  'gateways/<n>/memory-<n>.jsonl': {
    purpose:
      'what this gateway knows of rooms and live sessions, for the time after a loss of the store (Redis)',
    retention: 'while the leases run, at most the last two',
    personal: PSEUDONYM,
  },
  'journal-<n>.jsonl': {
    purpose:
      'joins, claims and leaves since the last snapshot (embedded store): ticket and session ids, times',
    retention: 'until the next but one snapshot',
    personal: PSEUDONYM,
  },
  'snapshot-<n>.jsonl': {
    purpose: 'the rooms as they stand (embedded store): numbers, session and ticket ids, times',
    retention: 'the last two',
    personal: PSEUDONYM,
  },
  'store.lock': { purpose: 'one process a store (embedded)', retention: 'while it runs' },
  'keys/<kid>.ticket.jwk': { purpose: 'SECRET: signs tickets', retention: 'until retired' },
  'keys/<kid>.pass.jwk': { purpose: 'SECRET: signs passes', retention: 'until retired' },
  'keys/<kid>.stamp.jwk': { purpose: 'SECRET: signs stamps', retention: 'until retired' },
  'keys/current.json': { purpose: 'which keys sign', retention: 'until the next rotation' },
  'keys/draw.secret': { purpose: 'SECRET: seeds of opening draws', retention: 'for ever' },
  'overrides/<room>.json': {
    purpose: 'an operator’s override, with its reason',
    retention: 'until it ends',
    personal: FREE_TEXT,
  },
};

export const FILES_KEPT: InventoryEntry[] = Object.entries(FILES).flatMap(
  ([where, { purpose, retention, personal }]) =>
    place(
      { section: 'file', where, retention, why: WITHOUT_PEOPLE },
      { '(whole file)': personal === undefined ? purpose : { purpose, personal } },
    ),
);
