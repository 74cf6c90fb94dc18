/** Reads the times that access logs are written with. Types of log-time.js. */

/** Whether `10/Oct/2000:13:55:36 -0700` may stand at `at`. */
export function isClfTime(text: string, at: number): boolean;
/** Epoch ms; NaN for what is no time. */
export function readClfTime(text: string, at: number): number;
/** Epoch ms of ISO 8601, of the format above, or of a number since 1970 in s, ms, µs or ns; NaN for what is no time. */
export function readTime(value: unknown): number;
