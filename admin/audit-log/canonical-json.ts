/** One text for one value, whoever writes it: keys in order, no blanks (after RFC 8785). */
export function canonicalJson(value: unknown): string {
  // What JSON cannot say (undefined, functions) becomes null, dates become texts.
  return written(JSON.parse(JSON.stringify(value) ?? 'null'));
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${written(inner)}`).join(',')}}`;
}
