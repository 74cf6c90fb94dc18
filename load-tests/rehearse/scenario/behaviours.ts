/** How visitors of a kind behave where their group says nothing else. */
import type { Behaviour, VisitorKind } from '../visitor-words.ts';

type OfKind = Pick<
  Behaviour,
  'stay' | 'fillsForm' | 'leaves' | 'loadsAssets' | 'numbers' | 'comesWhenCalled'
>;

export const BEHAVIOURS: Readonly<Record<VisitorKind, OfKind>> = {
  browser: {
    stay: { least: 60, most: 180 },
    fillsForm: true,
    leaves: true,
    loadsAssets: true,
    numbers: 1,
    comesWhenCalled: true,
  },
  program: {
    stay: { least: 5, most: 30 },
    fillsForm: false,
    leaves: false,
    loadsAssets: false,
    numbers: 1,
    comesWhenCalled: true,
  },
  mobile: {
    stay: { least: 20, most: 60 },
    fillsForm: false,
    leaves: true,
    loadsAssets: false,
    numbers: 1,
    comesWhenCalled: true,
  },
  staff: {
    stay: { least: 300, most: 900 },
    fillsForm: false,
    leaves: false,
    loadsAssets: true,
    numbers: 1,
    comesWhenCalled: true,
  },
  bot: {
    stay: { least: 0, most: 10 },
    fillsForm: false,
    leaves: false,
    loadsAssets: false,
    numbers: 10,
    comesWhenCalled: false,
  },
};
