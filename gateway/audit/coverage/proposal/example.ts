/** Reads the requests that a proposed rule must catch: where the values lie by which they name their rooms. Pure. */
import { matchTemplate } from '../../../../config/template.ts';
import { readTarget } from '../target.ts';
import type { Uncovered } from '../words.ts';

export interface Example {
  target: string;
  room: string;
  path: string;
  /** Of the path, without the leading slash. */
  segments: readonly string[];
  /** Decoded, as written. */
  parameters: readonly (readonly [key: string, value: string])[];
  /** What the room's template captured of it; empty where the room is no template's. */
  values: Readonly<Record<string, string>>;
}

export function readExamples({ examples, template }: Uncovered): Example[] {
  return examples.map(({ target, room }) => {
    const { path, query } = readTarget('', target);
    const values = matchTemplate(template, room) ?? {};
    const parameters = [...new URLSearchParams(query)];
    return { target, room, path, segments: path.slice(1).split('/'), parameters, values };
  });
}

/** The key that carries the capture's value in every example; null where there is none. */
export function keyOf(name: string, examples: readonly Example[], wanted: string | null): string | null {
  const carries = (key: string) =>
    examples.every(({ parameters, values }) =>
      parameters.some(([one, value]) => isSame(one, key) && isSame(value, values[name])),
    );
  const keys = examples[0]?.parameters.map(([key]) => key) ?? [];
  const preferred = wanted === null ? undefined : keys.find((key) => isSame(key, wanted) && carries(key));
  return preferred ?? (wanted === null ? (keys.find(carries) ?? null) : null);
}

/** The path segment that is the capture's value in every example; -1 where none is. */
export function segmentOf(name: string, examples: readonly Example[]): number {
  const count = examples[0]?.segments.length ?? 0;
  for (let index = 0; index < count; index++)
    if (examples.every(({ segments, values }) => isSame(segments[index], values[name]))) return index;
  return -1;
}

/** Ids are compared without case wherever they are looked for. */
export function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}
