/** The keys that an observer judges by: stamp keys from where they are kept, public keys of passes where the gate serves them. */
import { passKeyReader } from './pass-keys.js';
import { createFixed, createRenewed } from './renewed.js';
import { inlineStampKeys, stampKeyReader } from './stamp-keys.js';

const MINUTE_MS = 60_000;
const JWKS_EVERY_MS = 300_000;
/** Between two readings that misses ask for. */
const LEAST_MS = 1_000;
const JWKS_LEAST_MS = 5_000;

/** `passKeys` is null where no gate was named: passes prove nothing then. */
export function openKeys({ stampKeys, jwksUrl, fetch, now }, troubles) {
  const renewed = (what, read, everyMs, leastMs) =>
    createRenewed({
      read,
      everyMs,
      leastMs,
      now,
      onFault: (error) =>
        troubles.is(what, `${what} cannot be read, so nothing is refused for want of them: ${error.message}`),
      onGood: () => troubles.over(what, `${what} are read again`),
    });
  const inline = inlineStampKeys(stampKeys);
  return {
    stampKeys:
      inline === null
        ? renewed('stamp keys', stampKeyReader(stampKeys, troubles), MINUTE_MS, LEAST_MS)
        : createFixed(inline),
    passKeys:
      jwksUrl === undefined
        ? null
        : renewed('keys of passes', passKeyReader(jwksUrl, fetch), JWKS_EVERY_MS, JWKS_LEAST_MS),
  };
}
