/** The books of an observer: how requests came, over the last minute and since the start, in a fixed amount of memory. */
import { createAddresses } from './addresses.js';
import { createCounts, createSlices } from './ring.js';

const KINDS = ['stamped', 'passed', 'unstamped', 'allowed', 'unknown'];
const WRONGS = ['malformed', 'unknownKey', 'forged', 'clock'];
const FIELDS = ['requests', 'refused', ...KINDS, ...WRONGS];
const FIELD = Object.fromEntries(FIELDS.map((name, at) => [name, at]));

export function createTally(now) {
  const slices = createSlices(now);
  const window = createCounts(FIELDS.length);
  const totals = new Float64Array(FIELDS.length);
  const addresses = createAddresses();

  const empty = (slice) => {
    window.empty(slice);
    addresses.empty(slice);
  };
  const add = (slice, field) => {
    window.add(slice, FIELD[field]);
    totals[FIELD[field]] += 1;
  };

  return {
    /** `around` as `addresses.count` takes it. */
    count(verdict, host, shape, around) {
      const slice = slices.turn(empty);
      add(slice, 'requests');
      add(slice, verdict.kind);
      if (verdict.wrong !== null) add(slice, verdict.wrong);
      if (verdict.isRefused) add(slice, 'refused');
      addresses.count(slice, host, shape, around);
    },
    /** The figures of an observation. */
    report() {
      slices.turn(empty);
      return {
        windowSeconds: slices.seconds(),
        ...named((field) => window.sum(FIELD[field])),
        ...addresses.report(),
      };
    },
    totals: () => named((field) => totals[FIELD[field]]),
  };
}

function named(figureOf) {
  const valuesOf = (fields) => Object.fromEntries(fields.map((field) => [field, figureOf(field)]));
  return { ...valuesOf(['requests', ...KINDS, 'refused']), wrong: valuesOf(WRONGS) };
}
