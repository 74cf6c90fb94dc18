/** No spelling of a protected path reaches the platform unjudged: what is sent on has one reading, and that one was judged. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Settings } from '../../config/settings.ts';
import { type Classifier, compileClassifier } from '../../gateway/request/classify.ts';
import { normalise, prepareLimits } from '../../gateway/request/normalise.ts';
import type { Classified, Normalised } from '../../gateway/request/words.ts';
import { asked, writtenSettings } from './classify-settings.ts';
import { carelessClass } from './lenient-reader.ts';
import { mutate, seededRandom } from './path-mutations.ts';

const SETTINGS = writtenSettings({
  rooms: { ereg: {} },
  rules: [
    { action: 'bypass', match: { path: '/assets/*' } },
    { action: 'bypass', match: { path: '/*.css' } },
    { room: 'ereg', match: { path: '/ereg/*' } },
  ],
});
const LIMITS = prepareLimits({ listen: { maxUrlBytes: 8192, trustedProxies: [] } } as unknown as Settings);
const HEADERS = ['Host', 'register.example.com'];

const normalised = (url: string): Normalised =>
  normalise(
    {
      method: 'GET',
      url,
      httpVersion: '1.1',
      rawHeaders: HEADERS,
      remoteAddress: '192.0.2.1',
      encrypted: false,
    },
    LIMITS,
  );

function told(classified: Classified): string {
  return classified.kind === 'room' ? classified.room : classified.kind;
}

describe('the corpus of path traps', () => {
  const classify = compileClassifier(SETTINGS);
  const lines = readFileSync(new URL('corpora/path-traps.txt', import.meta.url), 'utf8').split('\n');
  const traps = lines
    .filter((line) => line.includes('\t'))
    .map((line) => line.split('\t') as [string, string]);

  function outcome(url: string): string {
    const result = normalised(url);
    if (result.kind === 'refused') return 'refused';
    const room = told(classify(result.request)).replace('platform', 'default');
    return room === 'refused' ? room : `${room} ${result.request.target}`;
  }

  test('holds at least 200', () => {
    expect(traps.length).toBeGreaterThanOrEqual(200);
  });

  test.each(traps)('%s → %s', (spelling, wanted) => {
    expect(outcome(unescaped(spelling))).toBe(unescaped(wanted));
  });

  test.each(traps)('%s is sent on as a path that stays as it is', (spelling) => {
    const first = normalised(unescaped(spelling));
    if (first.kind === 'refused') return;
    expect(normalised(first.request.target)).toEqual(first);
  });

  function unescaped(text: string): string {
    return text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
});

describe('a careless platform', () => {
  const SEED = 20_181_808;
  const PATHS = ['/ereg/newreg.php', '/ereg', '/ereg/step/2', '/assets/app.css', '/ereg/a.css'];

  afterEach(() => {
    vi.doUnmock('../../gateway/request/classify-readings.ts');
    vi.resetModules();
  });

  /**
   * The first spelling by which a careless platform reads a protected path other than the one judged; null where none
   * does. Reading what may be bypassed harms nobody, whatever was judged.
   */
  function wayAround(
    runs: number,
    judge: (url: string) => { target: string; judged: string } | null,
  ): string | null {
    const random = seededRandom(SEED);
    for (let run = 0; run < runs; run++) {
      const url = mutate(PATHS[random(PATHS.length)]!, random);
      const passed = judge(url);
      const read = passed === null ? 'bypass' : carelessClass(passed.target);
      if (passed !== null && read !== 'bypass' && read !== passed.judged)
        return `${url} → ${passed.target} (${passed.judged}, read as ${read})`;
    }
    return null;
  }

  function gate(classify: Classifier, forgiven = /^$/) {
    return (url: string) => {
      const result = normalised(url);
      if (result.kind === 'refused' && !forgiven.test(result.detail)) return null;
      const request = result.kind === 'refused' ? asked(url) : result.request;
      const judged = told(classify(request));
      return judged === 'refused' ? null : { target: request.target, judged };
    };
  }

  test('reads each of 100,000 mutated spellings as it was judged, or never gets it', () => {
    expect(wayAround(100_000, gate(compileClassifier(SETTINGS)))).toBeNull();
  });

  test('gets a fair share of the spellings, so that the law above says something', () => {
    const judge = gate(compileClassifier(SETTINGS));
    const classes: Record<string, number> = {};
    wayAround(20_000, (url) => {
      const kind = judge(url)?.judged ?? 'refused';
      classes[kind] = (classes[kind] ?? 0) + 1;
      return null;
    });
    for (const kind of ['bypass', 'ereg', 'platform', 'refused'])
      expect(classes[kind], kind).toBeGreaterThan(200);
  });

  test.each([
    'backslash',
    'encoded slash or backslash',
    'encoded control byte',
    'encoded question mark',
    'percent-encoded twice',
    'is not a percent-encoding',
    'are not UTF-8',
  ])('is led around the rule once the refusal is left out: %s', (detail) => {
    expect(wayAround(100_000, gate(compileClassifier(SETTINGS), new RegExp(detail)))).not.toBeNull();
  });

  test('is led around the rule once paths go on as they came', () => {
    const classify = compileClassifier(SETTINGS);
    const judge = (url: string) => ({ target: url, judged: told(classify(asked(url))) });
    expect(wayAround(1_000, judge)).not.toBeNull();
  });

  test('is led around the rule once the lenient reading is left out', async () => {
    vi.resetModules();
    vi.doMock('../../gateway/request/classify-readings.ts', async (original) => {
      const real = await original<typeof import('../../gateway/request/classify-readings.ts')>();
      return { ...real, lenientReading: real.exactReading };
    });
    const planted = await import('../../gateway/request/classify.ts');
    expect(wayAround(10_000, gate(planted.compileClassifier(SETTINGS)))).not.toBeNull();
  });
});
