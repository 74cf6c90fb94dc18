/** Every field that Headgate stores or tells, with purpose and retention. A test compares it with tables, keys, files, tokens and lines of a real run. */
import { FILES_KEPT } from './files.ts';
import { REDIS } from './redis.ts';
import { SQLITE_CHANGES } from './sqlite-changes.ts';
import { SQLITE_HAPPENINGS } from './sqlite-happenings.ts';
import { TOLD } from './told.ts';
import { VISITORS } from './visitors.ts';
import type { InventoryEntry } from './words.ts';

export const INVENTORY: readonly InventoryEntry[] = [
  ...VISITORS,
  ...REDIS,
  ...FILES_KEPT,
  ...SQLITE_CHANGES,
  ...SQLITE_HAPPENINGS,
  ...TOLD,
];
