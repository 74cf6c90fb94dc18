/** What a failure under the reserved prefix is told as. */
import type { ErrorCode } from '../errors.ts';

interface Refusal {
  code: ErrorCode;
  detail: string;
}

/** Nothing under the prefix reads a body. */
export const MAX_BODY_BYTES = 65_536;

/** `error`: as the router or a part of the gate threw it. */
export function refusalOf(error: Error & { statusCode?: number; code?: string }): Refusal {
  if (error.statusCode === 413)
    return { code: 'HG_BODY_TOO_LARGE', detail: `A body here has at most ${MAX_BODY_BYTES} bytes.` };
  if (error.code === 'HG_STORE_LOST')
    return {
      code: error.code,
      detail: 'The line’s store cannot be reached; your place is kept. Ask again shortly.',
    };
  if (error.code === 'HG_KEYS_MISSING')
    return {
      code: error.code,
      detail: 'This gateway lacks its signing keys; your place is kept. Ask again shortly.',
    };
  const code = (error.statusCode ?? 500) < 500 ? 'HG_BAD_REQUEST' : 'HG_INTERNAL';
  return { code, detail: 'The request could not be answered.' };
}
