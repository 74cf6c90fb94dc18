/** Reads a line of the combined format. Types of combined-line.js. */
import type { AccessLine } from './access-log.js';

/** Whether it was read; `found` is filled in. */
export function readCombined(line: string, hasHost: boolean, found: AccessLine): boolean;
export function looksLikeVhost(line: string): boolean;
