/** Tells one configuration from another: what a rehearsal showed is true of the one that it was played by, and of no other. Pure. */
import { createHash } from 'node:crypto';
import type { ActiveConfig } from '../control/words.ts';

/** Equal as long as revision, pins and what is staged are. */
export function configurationOf(config: Pick<ActiveConfig, 'active' | 'staged' | 'pins'>): string {
  const pins = config.pins().map(({ path, value }) => [path, value]);
  const facts = [config.active().number, config.staged()?.number ?? null, pins];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
