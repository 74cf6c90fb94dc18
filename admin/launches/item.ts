/** One line of a checklist. */
import type { ReadinessItem } from './words.ts';

export const green = (name: string, detail: string): ReadinessItem => ({ name, state: 'green', detail });
export const red = (name: string, detail: string): ReadinessItem => ({ name, state: 'red', detail });
/** Nobody looked, or nobody could: that is no good news. */
export const unknown = (name: string, detail: string): ReadinessItem => ({ name, state: 'unknown', detail });

export function overall(items: readonly ReadinessItem[]): ReadinessItem['state'] {
  if (items.some(({ state }) => state === 'red')) return 'red';
  return items.length > 0 && items.every(({ state }) => state === 'green') ? 'green' : 'unknown';
}
