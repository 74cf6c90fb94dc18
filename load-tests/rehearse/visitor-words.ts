/** The words for who comes to a rehearsal: groups of visitors, when they come, how they behave. Types only. */

export type VisitorKind = 'browser' | 'program' | 'mobile' | 'staff' | 'bot';

/** Visitors who come for the same and behave alike. */
export interface VisitorGroup {
  name: string;
  kind: VisitorKind;
  /** Each of the addresses is somebody's, in turn by their weights. */
  addresses: readonly { url: string; weight: number }[];
  arrivals: Arrivals;
  behaviour: Behaviour;
}

/** When they come. All times in seconds of the scenario, all rates a minute. */
export type Arrivals =
  /** So many come, even by chance, between two times. */
  | { shape: 'step'; fromSeconds: number; untilSeconds: number; perMinute: number }
  | { shape: 'ramp'; fromSeconds: number; untilSeconds: number; fromPerMinute: number; toPerMinute: number }
  /** Each mail is opened at once by many, and ever more slowly by the rest: half of its readers come within `halfSeconds`. */
  | { shape: 'email'; waves: readonly { atSeconds: number; readers: number }[]; halfSeconds: number }
  /** They reload a countdown before the opening, and all at it. */
  | {
      shape: 'countdown';
      opensAtSeconds: number;
      visitors: number;
      earlySeconds: number;
      reloadSeconds: number;
    }
  /** As an access log tells: its times and its addresses, which take the place of the group's. */
  | { shape: 'log'; file: string; host: string | null; fromSeconds: number };

export interface Behaviour {
  /** Time inside, s: the form is filled in, or pages are looked at, within it. */
  stay: { least: number; most: number };
  fillsForm: boolean;
  leaves: boolean;
  loadsAssets: boolean;
  /** Share who walk away from the line, and after how many polls. */
  noShowShare: number;
  /** Share who give up after so many seconds of waiting; null: nobody. */
  impatience: { share: number; afterSeconds: number } | null;
  /** Share who have the page open twice. */
  twoTabsShare: number;
  /** Share whose phone sleeps for so long while they wait, s. */
  sleepers: { share: number; forSeconds: number } | null;
  /** Share who go back a page while they fill in the form. */
  backButtonShare: number;
  /** How often a request that failed is tried again. */
  retries: number;
  /** So long an answer may take, s. */
  patienceSeconds: number;
  /** Of bots: numbers that each takes; and whether it comes when called. */
  numbers: number;
  comesWhenCalled: boolean;
  /** How many share one client address, told in `x-forwarded-for`; null: each has its own, or none is told. */
  networks: number | null;
}
