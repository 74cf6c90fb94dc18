/** Judges plain values by the schema: all faults at once, one a fault; what is sound goes on with defaults filled in. */
import type { Finding, Path } from './located.ts';
import { type Config, ConfigSchema } from './schema.ts';
import { isRecord, schemaJudge } from './schema-judge.ts';

export interface Validated {
  findings: Finding[];
  /** As written, wrong ones included: a reference to one is not a second fault. */
  names: Names;
  /** What can still be judged by the other rules: the whole configuration where there are no findings. */
  draft: Draft;
}

export interface Names {
  rooms: string[];
  upstreams: string[];
}

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

/** A configuration with what is wrong left out. */
export type Draft = Omit<Config, 'rules' | 'launches' | 'default' | 'upstreams'> & {
  upstreams: Record<string, Optional<Config['upstreams'][string], 'targets'>>;
  /** null: no section at all. */
  rules: (Optional<Config['rules'][number], 'name'> | null)[];
  launches: (Optional<Config['launches'][number], 'name' | 'room' | 'opensAt'> | null)[];
  default: Partial<Config['default']>;
};

const schema = schemaJudge(ConfigSchema);

export function validate(written: unknown): Validated {
  const { value, findings } = schema.judge(written);
  const names = { rooms: keysOf(value, 'rooms'), upstreams: keysOf(value, 'upstreams') };
  return { findings, names, draft: findings.length === 0 ? (value as Draft) : toDraft(value, findings) };
}

function keysOf(value: unknown, section: string): string[] {
  const entries = isRecord(value) ? value[section] : undefined;
  return isRecord(entries) ? Object.keys(entries) : [];
}

/** Leaves out what is wrong, and fills in the defaults of what is left. */
function toDraft(value: unknown, findings: readonly Finding[]): Draft {
  const draft = isRecord(value) ? value : {};
  for (const { path } of findings) remove(draft, path);
  const [rules, launches] = [sections(draft.rules), sections(draft.launches)];
  const rest: Record<string, unknown> = {
    ...draft,
    rules: rules.filter(isRecord),
    launches: launches.filter(isRecord),
  };
  schema.fill(rest);
  return {
    ...(rest as unknown as Draft),
    rooms: (isRecord(rest.rooms) ? rest.rooms : {}) as Draft['rooms'],
    upstreams: (isRecord(rest.upstreams) ? rest.upstreams : {}) as Draft['upstreams'],
    default: isRecord(rest.default) ? rest.default : {},
    rules: rules as Draft['rules'],
    launches: launches as Draft['launches'],
  };
}

/** Indexes stay as written. */
function sections(list: unknown): (Record<string, unknown> | null)[] {
  return Array.isArray(list) ? list.map((item) => (isRecord(item) ? item : null)) : [];
}

/** Takes the value at the path out; of a list of values, the whole list. */
function remove(root: Record<string, unknown>, path: Path): void {
  let holder = root;
  let last: string | null = null;
  let at: unknown = root;
  for (const key of path) {
    if (isRecord(at)) {
      holder = at;
      last = String(key);
      at = at[last];
    } else if (Array.isArray(at)) at = isRecord(at[Number(key)]) ? at[Number(key)] : undefined;
    else break;
  }
  if (last !== null) delete holder[last];
}
