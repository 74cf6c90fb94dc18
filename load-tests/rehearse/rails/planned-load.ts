/**
 * Estimates the load of a rehearsal before anything is sent: an upper estimate, by the very arrivals that would come. Everybody is
 * taken to go in at once and fill the form in within the shortest stay, and to poll besides for as long as it lasts.
 */
import { arrivalTimes, type LoadPlan, scaledGroups } from '../../visitors/load.ts';
import type { VisitorGroup } from '../visitor-words.ts';
import type { PlannedLoad } from './words.ts';

/** The gate tells everybody to ask again after 2 to 30 s, the later the further behind; who is far back asks least. */
const POLL_SECONDS = 10;
/** The demo's form: four pages are read and posted, the last one says thanks. */
const FORM_REQUESTS = 9;
const ASSETS_A_VISIT = 2;
const MOST_ADDRESSES = 50;

interface Bill {
  page: number;
  asset: number;
  form: number;
  poll: number;
}

interface Tallies {
  arriving: number[];
  inside: number[];
  requests: Bill;
  visitors: number;
  addresses: Set<string>;
}

export function plannedLoad(plan: LoadPlan): PlannedLoad {
  const seconds = Math.ceil(plan.seconds / plan.compress);
  const zeros = () => new Array<number>(seconds + 1).fill(0);
  const tallies: Tallies = {
    ...{ arriving: zeros(), inside: zeros(), visitors: 0, addresses: new Set() },
    requests: { page: 0, asset: 0, form: 0, poll: 0 },
  };
  for (const group of scaledGroups(plan)) addGroup(tallies, group, plan);
  const { peakPerSecond, polls } = overTime(tallies);
  const requests = { ...tallies.requests, poll: Math.ceil(polls) };
  const addresses = [...tallies.addresses].sort();
  return { peakPerSecond, visitors: Math.ceil(tallies.visitors), seconds, requests, addresses };
}

function addGroup(tallies: Tallies, group: VisitorGroup, { seed, seconds, compress }: LoadPlan): void {
  const bill = billOf(group);
  const stays = Math.max(1, Math.round(group.behaviour.stay.least / compress));
  for (const { atSeconds, address } of arrivalTimes(group, seed)) {
    if (atSeconds > seconds) break;
    const at = Math.floor(atSeconds / compress);
    const copies = 1 + group.behaviour.twoTabsShare;
    tallies.visitors += 1;
    tallies.arriving[at]! += copies * (bill.page + bill.asset);
    for (let second = at; second < Math.min(at + stays, tallies.inside.length); second++)
      tallies.inside[second]! += bill.form / stays;
    tallies.requests.page += copies * bill.page;
    tallies.requests.asset += copies * bill.asset;
    tallies.requests.form += bill.form;
    if (tallies.addresses.size < MOST_ADDRESSES) tallies.addresses.add(withoutQuery(address));
  }
}

/** Requests of one visitor, but for polls. */
function billOf({ arrivals, behaviour }: VisitorGroup): Omit<Bill, 'poll'> {
  const reloads =
    arrivals.shape === 'countdown' ? arrivals.earlySeconds / Math.max(1, arrivals.reloadSeconds) : 0;
  const asks = Math.max(1, behaviour.numbers);
  const form = (behaviour.fillsForm ? FORM_REQUESTS : 0) + (behaviour.leaves ? 1 : 0);
  return { page: asks * (1 + reloads), asset: behaviour.loadsAssets ? ASSETS_A_VISIT : 0, form };
}

function overTime({ arriving, inside, visitors }: Tallies): { peakPerSecond: number; polls: number } {
  const all = arriving.reduce((sum, count) => sum + count, 0);
  let come = 0;
  let polls = 0;
  let peakPerSecond = 0;
  for (const [second, arrivingNow] of arriving.entries()) {
    come += arrivingNow;
    const waiting = all === 0 ? 0 : (visitors * come) / all;
    polls += waiting / POLL_SECONDS;
    peakPerSecond = Math.max(peakPerSecond, arrivingNow + inside[second]! + waiting / POLL_SECONDS);
  }
  return { peakPerSecond: Math.ceil(peakPerSecond), polls };
}

function withoutQuery(address: string): string {
  return address.split('?', 1)[0]!;
}
