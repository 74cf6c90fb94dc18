/** A configuration file that says something else than what runs. Pure. */
import type { FileDifference, Pin } from '../../gateway/control/words.ts';
import { NOTHING_MORE } from './nothing-more.ts';
import type { DriftNow } from './words.ts';

/** More differences of one file say no more: it is another configuration. */
const MOST_TOLD = 20;
const QUOTED_LENGTH = 80;

export interface DifferingFile {
  /** Whose file it is; null: the admin's own. */
  gateway: string | null;
  differences: readonly FileDifference[];
  error: string | null;
  patienceMs: number;
}

export function fileDrift(
  { gateway, differences, error, patienceMs }: DifferingFile,
  pins: readonly Pin[],
): DriftNow[] {
  if (error !== null) {
    const summary = `the configuration file of gateway ${gateway} cannot be read: ${error.trim()}`;
    const own = { key: `file ${gateway}`, kind: 'file-unreadable', severity: 'warning', summary } as const;
    return [{ ...NOTHING_MORE, ...own, gateway }];
  }
  // What a pin holds comes first: it is what somebody decided.
  const isPinned = (one: FileDifference) => Number(pinOf(one, pins) !== null);
  const sorted = [...differences].sort((a, b) => isPinned(b) - isPinned(a));
  return sorted
    .slice(0, MOST_TOLD)
    .map((one) => ({ ...difference(one, gateway, pins, differences.length), patienceMs }));
}

function difference(
  { path, file, line, inFile, active }: FileDifference,
  gateway: string | null,
  pins: readonly Pin[],
  count: number,
): DriftNow {
  const pin = pinOf({ path, inFile }, pins);
  const place = line > 0 ? `${file}:${line}` : file;
  const values = `${path} is ${quoted(inFile)} in ${place}`;
  const more = count > MOST_TOLD ? ` (one of ${count} differences)` : '';
  const own =
    pin === null
      ? { kind: 'file-differs' as const, summary: `${values} and ${quoted(active)} in force${more}` }
      : {
          kind: 'pin-contradicted' as const,
          summary: `${values} and pinned to ${quoted(pin.value)} by ${pin.by} (${pin.reason}): the pin holds${more}`,
        };
  // Of several gateways the reader must know whose file it is.
  const whose = gateway === null ? '' : `gateway ${gateway}: `;
  const about = { path, file, line, found: inFile, wanted: active, pin: pin?.id ?? null };
  const key = `file ${gateway} ${path} ${file}`;
  return {
    ...NOTHING_MORE,
    ...about,
    ...own,
    summary: whose + own.summary,
    key,
    severity: 'warning',
    gateway,
  };
}

/** A pin on the value itself, on a section around it, or on a part of an entry that is new altogether. */
function pinOf({ path, inFile }: Pick<FileDifference, 'path' | 'inFile'>, pins: readonly Pin[]): Pin | null {
  const isNew = typeof inFile === 'object' && inFile !== null;
  return (
    pins.find(
      (pin) =>
        pin.path === path || path.startsWith(`${pin.path}.`) || (isNew && pin.path.startsWith(`${path}.`)),
    ) ?? null
  );
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH - 1)}…` : text;
}
