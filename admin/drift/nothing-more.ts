/** What an item of drift says where it has nothing to say. */

export const NOTHING_MORE = {
  gateway: null,
  path: null,
  file: null,
  line: null,
  found: null,
  wanted: null,
  pin: null,
  patienceMs: 0,
} as const;
