/** Sends a scenario's visitors, in an open model, from processes of their own that watch themselves; and tells what they saw. */
export { arrivalTimes, countOf } from './load/arrival-times.ts';
export { scaledGroups } from './load/scaled-groups.ts';
export { sendLoad } from './load/send-load.ts';
export type {
  Arrival,
  Latency,
  Law,
  Load,
  LoadFigures,
  LoadLaws,
  LoadOptions,
  LoadPlan,
  LoadResult,
  LoadTarget,
  RequestKind,
  StatesAtAddress,
  VisitorCounts,
} from './load-words.ts';
