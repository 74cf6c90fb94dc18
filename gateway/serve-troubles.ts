/** What a visitor is told where the gate itself cannot go on. */
import { isKeysMissing } from './request/key-files.ts';
import { StoreLost } from './store/store.ts';
import type { Trouble } from './tell.ts';

const STORE_LOST: Trouble = {
  code: 'HG_STORE_LOST',
  state: 'held',
  detail: 'The line’s store cannot be reached; places are kept. Ask again shortly.',
  retryAfterSeconds: 5,
};

/** Nothing is passed on without a stamp: another gateway has the keys for it. */
const KEYS_MISSING: Trouble = {
  code: 'HG_KEYS_MISSING',
  state: 'held',
  detail: 'This gateway lacks its signing keys; places are kept. Ask again shortly.',
  retryAfterSeconds: 5,
};

const INTERNAL: Trouble = {
  code: 'HG_INTERNAL',
  state: 'failed',
  detail: 'Something went wrong in the gateway.',
  close: true,
};

/** `isExpected`: operators hear of it elsewhere. */
export function serveTroubleOf(error: unknown): { trouble: Trouble; isExpected: boolean } {
  if (error instanceof StoreLost) return { trouble: STORE_LOST, isExpected: true };
  if (isKeysMissing(error)) return { trouble: KEYS_MISSING, isExpected: true };
  return { trouble: INTERNAL, isExpected: false };
}
