/** Reads a line of JSON. Types of json-line.js. */
import type { AccessLine } from './access-log.js';

/** Whether it was read; `found` is filled in. */
export function readJson(line: string, found: AccessLine): boolean;
