import type { Located, Positions } from './located.ts';
import type { Settings } from './settings.ts';
export function checkConfig(_settings: Settings, _positions: Positions): Located[] {
  return [];
}
