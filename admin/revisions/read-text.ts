/** Reads a revision's text as the gateways will: with its number and the pins, every fault told. */
import { parseConfig } from '../../config/load.ts';
import type { Positions } from '../../config/located.ts';
import { applyPins } from '../../config/pins.ts';
import type { Config } from '../../config/schema.ts';
import type { Settings } from '../../config/settings.ts';
import { keepStructure, structuralChange } from '../../config/structural-change.ts';
import type { Pin } from '../../gateway/control/words.ts';
import { AdminError, type Fault } from '../errors.ts';

/** What a configuration is read in. */
export interface Surroundings {
  /** Of the files that a configuration names. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** What holds from the start of the process: sockets, store, data. */
  running: Settings;
}

/** A value that a pin overrules. */
export interface Contradiction {
  pin: Pin;
  written: unknown;
  file: string;
  line: number;
}

export interface ReadText {
  /** As written, with the pins. */
  written: Settings;
  /** As the gateways of this deployment run it. */
  settings: Settings;
  config: Config;
  contradictions: Contradiction[];
  /** Pins whose rule, room or upstream is not there. */
  missing: Pin[];
  warnings: number;
}

export type TextRead = { kind: 'good'; read: ReadText } | { kind: 'wrong'; faults: Fault[] };

export interface Text {
  config: string;
  /** Names the text in messages. */
  name: string;
  number: number;
}

export function readText(text: Text, pins: readonly Pin[], around: Surroundings): TextRead {
  let outcomes: ReturnType<typeof applyPins<Pin>> = [];
  const loaded = parseConfig(text.config, text.name, around.env, {
    folder: around.folder,
    amend(written) {
      outcomes = applyPins(written, pins);
      if (isSection(written)) written.revision = text.number;
    },
  });
  if (!loaded.ok)
    return { kind: 'wrong', faults: loaded.errors.map(({ path, message }) => ({ path, message })) };
  const { settings, config, positions, warnings } = loaded;
  const read: ReadText = {
    written: settings,
    settings: keepStructure(settings, around.running),
    config,
    contradictions: outcomes.flatMap((one) => (one.kind === 'contradicted' ? [placed(one, positions)] : [])),
    missing: outcomes.flatMap((one) => (one.kind === 'missing' ? [one.pin] : [])),
    warnings: warnings.length,
  };
  return { kind: 'good', read };
}

/** Throws AdminError HG_REVISION_INVALID with every fault; `before`: what may not change while gateways run. */
export function mustRead(
  text: Text,
  pins: readonly Pin[],
  around: Surroundings,
  before: Settings | null,
): ReadText {
  const answer = readText(text, pins, around);
  if (answer.kind === 'wrong') throw invalid(answer.faults);
  const faults = before === null ? [] : structuralFaults(before, answer.read.written);
  if (faults.length > 0) throw invalid(faults);
  return answer.read;
}

export function structuralFaults(before: Settings, after: Settings): Fault[] {
  return structuralChange(before, after).map(({ path, message }) => ({ path, message }));
}

export function invalid(faults: readonly Fault[]): AdminError {
  const words = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  const message = `the configuration has ${words}: ${faults[0]?.message ?? ''}`;
  return new AdminError('HG_REVISION_INVALID', message, { faults });
}

function placed(
  { pin, written, keys }: { pin: Pin; written: unknown; keys: (string | number)[] },
  positions: Positions,
): Contradiction {
  const { file, line } = positions.of(keys);
  return { pin, written, file, line };
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
