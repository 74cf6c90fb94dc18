/** What an operator told this gateway alone to do with a room, for a while, whatever store and revision say. Types only. */

export type OverrideAction = 'pause' | 'bypass' | 'limit';

export interface Override {
  room: string;
  action: OverrideAction;
  /** Sessions that this gateway lets be inside at once; for `limit` alone. */
  limit: number | null;
  reason: string;
  /** Epoch ms. */
  since: number;
  until: number;
}

export interface Overrides {
  /** The one in force now. */
  of(room: string): Override | undefined;
  all(): readonly Override[];
}
