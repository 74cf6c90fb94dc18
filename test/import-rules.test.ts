/** Who may import whom (DESIGN §9): folders know only what lies below them, and app.ts wires the rest. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** What every folder of the gateway may know beside its own files: pure words, errors and the clock's shape. */
const COMMON = [
  'config/',
  'gateway/line/',
  'gateway/store/store.ts',
  'gateway/errors.ts',
  'gateway/clock.ts',
];
const RULES: Record<string, string[]> = {
  'config/': [],
  'gateway/line/': [],
  'gateway/request/': COMMON,
  'gateway/forward/': COMMON,
  'gateway/page/': COMMON,
  'gateway/release/': COMMON,
  'gateway/audit/': [...COMMON, 'gateway/control/words.ts'],
  'gateway/store/': COMMON,
  'gateway/observe/': [...COMMON, 'gateway/observe/'],
  'load-tests/simulate/': ['config/', 'gateway/line/', 'gateway/release/', 'load-tests/svg.ts'],
  // The demo platform mounts the observer as any platform does.
  'load-tests/bench/audit-': ['config/', 'gateway/audit/', 'load-tests/bench/'],
  // Foresees with the line's own transitions, and the law that gateways make of a configuration.
  'load-tests/rehearse/forecast/': ['config/', 'gateway/line/', 'gateway/request/law.ts', 'load-tests/'],
  // Reports are pages of texts that strangers wrote: one place escapes them.
  'load-tests/report/': ['config/', 'load-tests/rehearse/', 'admin/log-audit/html-parts.ts'],
  'load-tests/': ['config/', 'admin/observer/'],
  'gateway/': ['config/', 'gateway/'],
  'admin/observer/': [],
  'admin/': [
    'config/',
    'gateway/audit/',
    'gateway/control/',
    'gateway/line/words.ts',
    'gateway/line/estimate.ts',
    'gateway/store/whole-file.ts',
    'gateway/store/lock-file.ts',
    'gateway/owner-only-file.ts',
    'gateway/observe/logger.ts',
    'gateway/listen.ts',
    'gateway/command-output.ts',
    'gateway/errors.ts',
    'gateway/clock.ts',
  ],
};
/** The command line alone may import anything. */
const FREE = ['gateway/main.ts'];

const IMPORT = /^\s*(?:import|export)\b[^'"]*?\bfrom\s+['"](\.[^'"]+)['"]/gm;

function forbidden(file: string, source: string): string[] {
  const folder = Object.keys(RULES).find((prefix) => file.startsWith(prefix));
  if (folder === undefined || FREE.includes(file)) return [];
  const allowed = [folder, ...(RULES[folder] as string[])];
  return [...source.matchAll(IMPORT)]
    .map((match) => normalize(join(dirname(file), match[1] as string)))
    .filter((target) => !allowed.some((prefix) => target.startsWith(prefix)))
    .filter((target) => !target.endsWith('package.json'));
}

describe('import rules', () => {
  const files = globSync('{admin,config,gateway,load-tests}/**/*.ts', { cwd: ROOT });

  it('finds the sources', () => expect(files.length).toBeGreaterThan(50));

  it('catches a planted fault', () => {
    expect(forbidden('gateway/page/x.ts', "import { a } from '../forward/forwarder.ts';")).toEqual([
      'gateway/forward/forwarder.ts',
    ]);
    expect(forbidden('config/x.ts', "import type {\n  A,\n} from '../gateway/errors.ts';")).toEqual([
      'gateway/errors.ts',
    ]);
  });

  it('nobody imports what it must not know', () => {
    const wrong = files.flatMap((file) =>
      forbidden(file, readFileSync(join(ROOT, file), 'utf8')).map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});
