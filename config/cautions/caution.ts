/** What is legal and dangerous: said with its place, never refused. */
import type { Finding } from '../located.ts';
import type { Settings } from '../settings.ts';

export type Caution = (settings: Settings) => Iterable<Finding>;
