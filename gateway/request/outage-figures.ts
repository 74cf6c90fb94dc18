/** Plain counts of what was done while stores were lost; metrics show them. */

export interface OutageFigures {
  /** By the room's name in metrics. */
  readonly heldSeconds: Map<string, number>;
  readonly sessionsBegun: Map<string, number>;
  readonly placesGiven: Map<string, number>;
  readonly placesRedeemed: Map<string, number>;
  /** Sessions above the limit in the first view after the last outage. */
  readonly overshoot: Map<string, number>;
  /** Lines raised to what a ticket or pass proved. */
  lifts: number;
  /** Losses that stores found, as seen by this gateway. */
  losses: number;
}

export function createOutageFigures(): OutageFigures {
  const empty = () => new Map<string, number>();
  return {
    ...{ heldSeconds: empty(), sessionsBegun: empty(), placesGiven: empty(), placesRedeemed: empty() },
    ...{ overshoot: empty(), lifts: 0, losses: 0 },
  };
}

export function add(figure: Map<string, number>, label: string, amount = 1): void {
  figure.set(label, (figure.get(label) ?? 0) + amount);
}
