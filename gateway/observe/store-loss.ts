/** Metrics of lost stores: how often, for how long newcomers were held, and what gateways gave by themselves meanwhile. */
import { Counter, Gauge, type Registry } from 'prom-client';

/** Counts by the room's name in metrics. */
export interface StoreLossFigures {
  heldSeconds: ReadonlyMap<string, number>;
  sessionsBegun: ReadonlyMap<string, number>;
  placesGiven: ReadonlyMap<string, number>;
  placesRedeemed: ReadonlyMap<string, number>;
  overshoot: ReadonlyMap<string, number>;
  lifts: number;
  losses: number;
}

const BY_ROOM = {
  headgate_store_held_seconds_total: {
    help: 'Seconds during which newcomers had to wait because the store was lost',
    // Workers lose the store together: three seconds of three workers are three.
    aggregator: 'max' as const,
    of: ({ heldSeconds }: StoreLossFigures) => heldSeconds,
  },
  headgate_store_share_sessions_total: {
    help: 'Sessions that this gateway began while the store was lost',
    aggregator: 'sum' as const,
    of: ({ sessionsBegun }: StoreLossFigures) => sessionsBegun,
  },
  headgate_store_provisional_total: {
    help: 'Places that this gateway gave while the store was lost',
    aggregator: 'sum' as const,
    of: ({ placesGiven }: StoreLossFigures) => placesGiven,
  },
  headgate_store_redeemed_total: {
    help: 'Visitors whose place of an outage became a number at this gateway',
    aggregator: 'sum' as const,
    of: ({ placesRedeemed }: StoreLossFigures) => placesRedeemed,
  },
};

/** `found`: a loss that the store found before the gateway looked. */
export function registerStoreLoss(registers: Registry[], figures: StoreLossFigures): { found(): void } {
  let lossesBefore = 0;
  for (const [name, { help, aggregator, of }] of Object.entries(BY_ROOM)) {
    new Counter({
      ...{ name, help, aggregator, labelNames: ['room'], registers },
      collect() {
        this.reset();
        for (const [room, value] of of(figures)) this.inc({ room }, value);
      },
    });
  }
  new Gauge({
    name: 'headgate_store_overshoot',
    help: 'Sessions above the limit when the store was back the last time',
    ...{ labelNames: ['room'], aggregator: 'max', registers },
    collect() {
      this.reset();
      for (const [room, value] of figures.overshoot) this.set({ room }, value);
    },
  });
  new Counter({
    name: 'headgate_store_lifts_total',
    help: 'Times a ticket or pass knew of higher numbers than the store',
    registers,
    collect() {
      this.reset();
      this.inc(figures.lifts);
    },
  });
  new Counter({
    name: 'headgate_store_losses_total',
    help: 'Times the store was found to have lost something',
    ...{ aggregator: 'max', registers },
    collect() {
      this.reset();
      this.inc(lossesBefore + figures.losses);
    },
  });
  return { found: () => void lossesBefore++ };
}
