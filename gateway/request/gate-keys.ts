/** All that a gateway has of secrets, and how it stands with them; alone it makes its own. */
import { openDrawSecret } from './draw-secret.ts';
import type { GatewayKeys } from './key-holders.ts';
import { type KeyRing, openKeyRing } from './keys.ts';
import type { Lacking } from './lacking-keys.ts';

export interface GateKeys {
  readonly ring: KeyRing;
  /** The secret of opening draws. Throws HG_KEYS_MISSING where it is missing, or not the one that the other gateways have. */
  drawSecret(): Buffer;
  /** What this gateway lacks, and is not ready without; null: nothing. */
  lacking(): Lacking | null;
  /** Every live gateway with this store; null: there is but this one. */
  gateways(): readonly GatewayKeys[] | null;
  /** Whether a key that is not here is not lost for all that: another gateway holds it, or none can be asked. */
  isHeldElsewhere(kid: string): boolean;
  close(): Promise<void>;
}

/** For the embedded store. Throws HG_KEYS_MISSING with file and reason, HG_DATA_UNWRITABLE where a first set cannot be written. */
export async function openOwnKeys(
  folder: string,
  options: { now: () => number; overlapHours: number },
): Promise<GateKeys> {
  const ring = await openKeyRing(folder, { make: true, ...options });
  const secret = await openDrawSecret(folder);
  return {
    ring,
    drawSecret: () => secret,
    lacking: () => null,
    gateways: () => null,
    isHeldElsewhere: () => false,
    close: async () => {},
  };
}
