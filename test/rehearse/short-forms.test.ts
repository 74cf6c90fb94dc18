/** Three pairs in short: the check that must name the mistake fails with it, and holds without it, however busy the machine is. */
import { describe, expect, it } from 'vitest';
import { playOnDemo } from '../../load-tests/rehearse/play/play-on-demo.ts';
import type { RehearsalReport } from '../../load-tests/rehearse/report-words.ts';
import { readScenario } from '../../load-tests/rehearse/scenario/read-scenario.ts';
import type { Form } from '../../load-tests/rehearse/words.ts';

interface ShortForm {
  name: string;
  /** What is judged: a figure that no shortage of CPU changes. */
  check: string;
  /** Of the scenario's time, played so much faster, with about so many visitors. */
  seconds: number;
  compress: number;
  visitors: number;
}

const SHORT: readonly ShortForm[] = [
  { name: 'august-2018', check: 'unqueued-share', seconds: 90, compress: 8, visitors: 200 },
  { name: 'reinstalled', check: 'rule-active-after-deploy', seconds: 140, compress: 15, visitors: 30 },
  { name: 'store-lost', check: 'sessions-over-limit', seconds: 160, compress: 8, visitors: 400 },
];

async function played(short: ShortForm, form: Form): Promise<RehearsalReport> {
  const scenario = readScenario(short.name, { form });
  const { compress, visitors, seconds } = short;
  return playOnDemo(
    { ...scenario, seconds },
    { ...{ seed: 1, compress, visitors, launch: null, workers: 1 }, signal: new AbortController().signal },
  );
}

const heldOf = ({ checks }: RehearsalReport, name: string) =>
  checks.find((check) => check.name === name)?.held;

describe.each(SHORT)('$name in short', (short) => {
  it('fails by its check as it happened', async () => {
    const report = await played(short, 'as-it-happened');
    expect(heldOf(report, short.check)).toBe(false);
  });

  it('holds by it when mended', async () => {
    const report = await played(short, 'mended');
    expect(heldOf(report, short.check)).toBe(true);
  });
});
