/** Makes a visitor of a group's behaviour: what the next one means to do, drawn by chance from the shares that the group has. */
import type { Behaviour, VisitorGroup } from '../../rehearse/visitor-words.ts';
import type { Random, VisitorPlan } from '../words.ts';

/** A share of polls after which somebody walks away, or puts the phone away. */
const EARLY_POLLS = 3;
const FORM_STEPS = [3, 4, 5];
/** A back office looks at its list so often. */
const STAFF_LOOK_SECONDS = 10;

export function planOf(group: VisitorGroup, address: string, random: Random, compress: number): VisitorPlan {
  const { behaviour, kind } = group;
  const realMs = (seconds: number) => (seconds * 1_000) / compress;
  const isBrowser = kind === 'browser' || kind === 'staff';
  const { least, most } = behaviour.stay;
  return {
    kind: isBrowser ? 'browser' : 'program',
    address,
    givesUpAfterPolls: isOneOf(behaviour.noShowShare, random) ? Math.floor(random() * EARLY_POLLS) : null,
    stayMs: realMs(least + random() * (most - least)),
    fillsForm: behaviour.fillsForm,
    leaves: behaviour.leaves,
    loadsAssets: isBrowser && behaviour.loadsAssets,
    retries: behaviour.retries,
    patienceMs: behaviour.patienceSeconds * 1_000,
    ...whims(behaviour, random, realMs),
    ...(kind === 'staff' && {
      fillsForm: false,
      leaves: false,
      looksAt: address,
      looksEveryMs: realMs(STAFF_LOOK_SECONDS),
    }),
  };
}

function whims(
  { impatience, sleepers, backButtonShare }: Behaviour,
  random: Random,
  realMs: (seconds: number) => number,
): Pick<VisitorPlan, 'givesUpAfterMs' | 'sleeps' | 'goesBackAt'> {
  return {
    ...(impatience &&
      isOneOf(impatience.share, random) && { givesUpAfterMs: realMs(impatience.afterSeconds) }),
    ...(sleepers &&
      isOneOf(sleepers.share, random) && {
        sleeps: { afterPolls: Math.floor(random() * EARLY_POLLS), ms: realMs(sleepers.forSeconds) },
      }),
    ...(isOneOf(backButtonShare, random) && {
      goesBackAt: FORM_STEPS[Math.floor(random() * FORM_STEPS.length)]!,
    }),
  };
}

export function isOneOf(share: number, random: Random): boolean {
  return random() < share;
}

/** First addresses of 100.64.0.0/10, which no network outside of a provider has; a group has a sixteenth of them. */
const GROUP_ADDRESSES = 2 ** 18;
const GROUPS = 16;

/** A client address as a trusted proxy tells it; `client`: a number of its own. */
export function clientAddress(groupIndex: number, client: number): string {
  const at = (groupIndex % GROUPS) * GROUP_ADDRESSES + (client % GROUP_ADDRESSES);
  return `100.${64 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`;
}
