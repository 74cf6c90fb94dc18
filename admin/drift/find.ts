/** Finds what is not as the active revision says, from one look at the gateways' reports. Pure. */
import type { Settings } from '../../config/settings.ts';
import type { FileDifference, HeardReport, Published } from '../../gateway/control/words.ts';
import { type DifferingFile, fileDrift } from './find-file.ts';
import { buildDrift, clockDrift, keyDrift } from './find-gateway.ts';
import { NOTHING_MORE } from './nothing-more.ts';
import type { DriftNow } from './words.ts';

export interface Look {
  published: Published;
  settings: Settings;
  live: readonly HeardReport[];
  silent: readonly HeardReport[];
  isLinked: boolean;
  /** How the admin's own file differs. */
  ownFile: readonly FileDifference[];
  /** Ids of pins whose rule, room or upstream the active revision lacks. */
  pinsWithoutPlace: readonly string[];
}

/** A gateway takes what is published within a second or two. */
const TAKE_MS = 5_000;
/** And compares its file once a second. */
const REPORT_MS = 3_000;

export function findDrift(look: Look): DriftNow[] {
  const pins = [...pinDrift(look)];
  // Without the link nothing else is known.
  if (!look.isLinked) return [linkLost(), ...pins];
  return [
    ...pins,
    ...look.silent.map(silentDrift),
    ...look.live.flatMap((heard) => [
      ...revisionDrift(look, heard),
      ...fileDrift(ofGateway(heard.report), look.published.pins),
      ...clockDrift(heard),
      ...buildDrift(heard.report, look.settings),
    ]),
    ...fileDrift(ofAdmin(look), look.published.pins),
    ...keyDrift(look.live.map(({ report }) => report)),
  ];
}

function ofGateway({ gateway, fileDiffers, fileError }: HeardReport['report']): DifferingFile {
  return { gateway, differences: fileDiffers ?? [], error: fileError, patienceMs: 0 };
}

/** Where gateway and admin are one process they have one file: it is told once, by the gateway. */
function ofAdmin({ ownFile, live }: Look): DifferingFile {
  const told = new Set(live.flatMap(({ report }) => (report.fileDiffers ?? []).map(placeOf)));
  const differences = ownFile.filter((one) => !told.has(placeOf(one)));
  return { gateway: null, differences, error: null, patienceMs: REPORT_MS };
}

function placeOf({ path, file, line }: FileDifference): string {
  return `${path} ${file}:${line}`;
}

function linkLost(): DriftNow {
  const summary =
    'the store that links admin process and gateways cannot be reached: what gateways run is unknown';
  return {
    ...NOTHING_MORE,
    key: 'link',
    kind: 'link-lost',
    severity: 'critical',
    summary,
    patienceMs: 2_000,
  };
}

function silentDrift({ report: { gateway, host, pid, revision } }: HeardReport): DriftNow {
  const summary = `gateway ${gateway} (${host}, process ${pid}) has fallen silent`;
  const own = { key: `silent ${gateway}`, kind: 'gateway-silent', severity: 'warning', summary } as const;
  return { ...NOTHING_MORE, ...own, gateway, found: null, wanted: revision };
}

function* revisionDrift({ published }: Look, { report }: HeardReport): Generator<DriftNow> {
  const { gateway, revision, refused } = report;
  const { active, staged } = published;
  const wanted = staged?.gateways.includes(gateway) ? staged.number : active.number;
  const common = { ...NOTHING_MORE, gateway, found: revision, wanted };
  if (refused !== null) {
    const summary = `gateway ${gateway} refuses revision ${refused.revision} and stays with ${revision}: ${refused.reason}`;
    yield { ...common, key: `refused ${gateway}`, kind: 'revision-refused', severity: 'critical', summary };
  } else if (revision !== wanted) {
    const summary = `gateway ${gateway} runs revision ${revision}, and should run ${wanted}`;
    const own = { key: `revision ${gateway}`, kind: 'revision-differs', severity: 'critical' } as const;
    yield { ...common, ...own, summary, patienceMs: TAKE_MS };
  }
}

function* pinDrift({ published, pinsWithoutPlace }: Look): Generator<DriftNow> {
  for (const { id, path, value } of published.pins) {
    if (!pinsWithoutPlace.includes(id)) continue;
    const summary = `the pin on ${path} has nothing to hold: revision ${published.active.number} has no such entry`;
    const own = { key: `pin ${id}`, kind: 'pin-without-place', severity: 'warning', summary } as const;
    yield { ...NOTHING_MORE, ...own, path, wanted: value, pin: id };
  }
}
