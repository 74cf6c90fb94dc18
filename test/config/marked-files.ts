/** Reads corpora of configurations: each with the findings that its comments name, line by line. */
import { readFileSync } from 'node:fs';

export interface MarkedFile {
  name: string;
  text: string;
  /** `<line> <rule>`, sorted. */
  wanted: string[];
}

/** The least that a configuration must have. */
export const SMALLEST: Record<string, string> = {
  upstreams: 'upstreams: { platform: { targets: ["http://127.0.0.1:9000"] } }',
  rooms: 'rooms: { platform: {} }',
  default: 'default: { room: platform, upstream: platform }',
};

export function markedFiles(corpus: string): MarkedFile[] {
  const [, ...blocks] = readFileSync(new URL(`./corpora/${corpus}.txt`, import.meta.url), 'utf8').split(
    /^=== /m,
  );
  return blocks.map(readBlock);
}

function readBlock(block: string): MarkedFile {
  const [name, ...lines] = block.trimEnd().split('\n');
  const wanted = lines.flatMap((line, index) => {
    const rules = /# ! (.*)$/.exec(line)?.[1]?.split(', ') ?? [];
    return rules.map((rule) => `${index + 1} ${rule}`);
  });
  const text = `${lines.join('\n')}\n`;
  return { name: name!, text: name!.endsWith('as it is') ? text : complete(text), wanted: wanted.sort() };
}

/** Missing sections go to the end, so that lines stay where they are. */
export function complete(text: string): string {
  const missing = Object.entries(SMALLEST).filter(([key]) => !new RegExp(`^${key}:`, 'm').test(text));
  return text + missing.map(([, section]) => `${section}\n`).join('');
}
