/** The protection section as it is when nothing is configured. */
import { Value } from 'typebox/value';
import { Protection } from '../../../config/schema/protection.ts';
import type { ProtectionSettings } from '../../../config/settings.ts';

export const protectionDefaults = (): ProtectionSettings =>
  Value.Default(Protection, {}) as ProtectionSettings;
