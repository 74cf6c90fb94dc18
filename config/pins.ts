/** Pins: an operator's values that every configuration is read with until they are lifted. Changes plain values, before they are judged. */

export interface PinnedValue {
  /** `rules.<name>.enabled`, `rooms.<name>.limits.sessions`, `upstreams.<name>.build`: rules by name, all else by key. */
  path: string;
  value: unknown;
}

/** `missing`: the configuration has nothing at this path (a rule of another name, an unknown room). */
export type PinOutcome<Pin extends PinnedValue> =
  | { kind: 'same'; pin: Pin }
  | { kind: 'contradicted'; pin: Pin; written: unknown; keys: (string | number)[] }
  | { kind: 'missing'; pin: Pin };

type Keys = (string | number)[];
type Section = Record<string | number, unknown>;

/** What a rule says where it says nothing. */
const UNSAID: Record<string, unknown> = { enabled: true };

/** Puts the pinned values into `written`, and tells for each what stood there. */
export function applyPins<Pin extends PinnedValue>(
  written: unknown,
  pins: readonly Pin[],
): PinOutcome<Pin>[] {
  return pins.map((pin) => {
    const keys = keysOf(written, pin.path);
    const parent = keys && parentOf(written, keys);
    if (!keys || !parent) return { kind: 'missing', pin };
    const last = keys.at(-1) as string | number;
    const before = parent[last] ?? (keys[0] === 'rules' ? UNSAID[last] : undefined) ?? null;
    parent[last] = pin.value;
    const isSame = JSON.stringify(before) === JSON.stringify(pin.value);
    return isSame ? { kind: 'same', pin } : { kind: 'contradicted', pin, written: before, keys };
  });
}

/** The keys that lead to a pinned value in these plain values; null where a rule, room or upstream of that name is not there. */
export function keysOf(written: unknown, path: string): Keys | null {
  const [section, ...rest] = path.split('.');
  if (section === undefined || rest.length === 0) return null;
  const holder = isSection(written) ? written[section] : undefined;
  if (section === 'rules') return ruleKeys(holder, rest);
  if (!isSection(holder)) return null;
  // Names of rooms and upstreams hold no dots.
  if ((section === 'rooms' || section === 'upstreams') && !Object.hasOwn(holder, rest[0] as string))
    return null;
  return [section, ...rest];
}

/** Names of rules may hold dots: the longest name that fits counts. */
function ruleKeys(rules: unknown, rest: readonly string[]): Keys | null {
  if (!Array.isArray(rules)) return null;
  for (let words = rest.length - 1; words >= 1; words--) {
    const name = rest.slice(0, words).join('.');
    const index = rules.findIndex((rule) => isSection(rule) && rule.name === name);
    if (index >= 0) return ['rules', index, ...rest.slice(words)];
  }
  return null;
}

/** The section that holds the last key, made where sections on the way are left out. */
function parentOf(written: unknown, keys: Keys): Section | null {
  let at = written;
  for (const key of keys.slice(0, -1)) {
    if (!isSection(at) || key === '__proto__') return null;
    if (at[key] === undefined || at[key] === null) at[key] = {};
    at = at[key];
  }
  return isSection(at) && keys.at(-1) !== '__proto__' ? at : null;
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null;
}
