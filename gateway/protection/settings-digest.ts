/** A short text that stands for the settings of automatic protection: gateways whose texts are the same decide alike. */
import { createHash } from 'node:crypto';
import type { ProtectionSettings } from '../../config/settings.ts';

const LENGTH = 12;

/** Made anew only when the settings are other ones. */
export function createSettingsDigest(): (settings: ProtectionSettings) => string {
  let [of, digest]: [ProtectionSettings | null, string] = [null, ''];
  return (settings) => {
    if (settings === of) return digest;
    of = settings;
    digest = createHash('sha256').update(JSON.stringify(settings)).digest('base64url').slice(0, LENGTH);
    return digest;
  };
}
