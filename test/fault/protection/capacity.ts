/** What the platform of these runs bears, and who comes to it: small numbers, so that twenty times as many cost this machine little. */
import type { Mode } from '../../../load-tests/platform/mode.ts';
import type { Random, VisitorPlan } from '../../../load-tests/visitors/words.ts';

/** 20 connections × 100 ms are 200 queries a second. Many slow connections bear a high load with short queues, as a real pool does. */
export const DATABASE = { databaseConnections: 20, queryMs: 100 } satisfies Partial<Mode>;

/** Page 1 costs 2, each of four steps 1 to see and 2 to send. */
const QUERIES_PER_REGISTRATION = 14;

/** Registrations a second that a platform bears when its database is never idle. */
export function capacityOf({ databaseConnections, queryMs }: typeof DATABASE): number {
  return databaseConnections / (queryMs / 1_000) / QUERIES_PER_REGISTRATION;
}

export const EVENT = '4711';

/** Somebody who registers for an event and thinks for about `thinkMs` in all, between half of it and half as much again. */
export function registrant(thinkMs: number, eventId = EVENT) {
  return (random: Random): VisitorPlan => ({
    kind: 'browser',
    address: `/ereg/newreg.php?eventid=${eventId}`,
    givesUpAfterPolls: null,
    stayMs: thinkMs * (0.5 + random()),
    fillsForm: true,
    leaves: false,
    retries: 3,
    patienceMs: 10_000,
  });
}
