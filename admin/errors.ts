/** What the admin API refuses, with a code of the catalogue and, where a schema or a configuration was at fault, each fault. */
import { type ErrorCode, HeadgateError } from '../gateway/errors.ts';

export interface Fault {
  /** JSON pointer or configuration path. */
  path: string;
  message: string;
}

export class AdminError extends HeadgateError {
  readonly faults: readonly Fault[];
  /** For `retry-after`. */
  readonly retryAfterSeconds: number | undefined;
  constructor(
    code: ErrorCode,
    message: string,
    more: { faults?: readonly Fault[]; retryAfterSeconds?: number } & ErrorOptions = {},
  ) {
    super(code, message, more);
    this.faults = more.faults ?? [];
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
