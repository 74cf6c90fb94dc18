/** The default rules of protection, with what a test changes. */
import { defaultConfig } from '../../config/load.ts';
import type { ProtectionSettings } from '../../config/settings.ts';

export type DecisionModes = Partial<ProtectionSettings['decisions']>;

export function protectionWith(
  change: Partial<ProtectionSettings> = {},
  modes: DecisionModes = {},
): ProtectionSettings {
  const loaded = defaultConfig({});
  if (!loaded.ok) throw new Error('the default configuration does not load');
  const { protection } = loaded.settings;
  return { ...protection, ...change, decisions: { ...protection.decisions, ...modes } };
}
