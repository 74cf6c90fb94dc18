import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { it } from 'vitest';
import { sendArrivals } from '../../../load-tests/visitors/arrivals.ts';
import { measureSchedulingDelay } from '../../support/scheduling-delay.ts';
import { percentile } from '../control/steady-visitors.ts';
import { noteAnswers } from './answers.ts';
import { capacityOf, DATABASE, registrant } from './capacity.ts';
import { setStage } from './stage.ts';

it('look', async () => {
  const kind = process.env.LOOK ?? 'surge';
  const surgeMs = Number(process.env.SURGE_MS ?? 24_000);
  const capacity = capacityOf(DATABASE);
  const best = 13.9;
  const delay = measureSchedulingDelay();
  const stage = await setStage({
    room: kind === 'surge' ? `{ limits: { admissionsPerMinute: ${Math.floor(0.92 * best * 60)} } }` : '{}',
  });
  const answers = noteAnswers();
  const visitors = sendArrivals({
    base: stage.gateway.url,
    perSecond: (kind === 'surge' ? 0.3 : 0.4) * capacity,
    seed: kind === 'surge' ? 3 : 5,
    plan: registrant(2_000),
    onAnswer: answers.note,
  });
  await sleep(3_000);
  const calm = performance.now();
  await sleep(8_000);
  const at = performance.now();
  visitors.setRate(20 * capacity);
  await sleep(surgeMs);
  const end = performance.now();
  const journal = (await stage.journal()).map(
    (j) => `${((Date.parse(j.at) - performance.timeOrigin - at) / 1000).toFixed(1)} ${j.kind} ${j.sentence}`,
  );
  await visitors.stop();
  const slowness = await stage.slowness();
  const rows: string[] = [];
  for (let t = calm; t < end; t += 1000) {
    const s = answers.served(t, t + 1000);
    const first = s.filter((x) => x.path.includes('newreg'));
    const b = stage.books.entries.filter((e) => e.atMs >= t && e.atMs < t + 1000);
    const p = (a: readonly { tookMs: number }[], q: number) =>
      a.length
        ? percentile(
            a.map((x) => x.tookMs),
            q,
          ).toFixed(0)
        : '-';
    rows.push(
      `${((t - at) / 1000).toFixed(0)}: n ${s.length} p50 ${p(s, 0.5)} p95 ${p(s, 0.95)} max ${p(s, 1)} | entered ${first.length} p95 ${p(first, 0.95)} by200ms ${b
        .slice(1)
        .map((e, i) => e.admitted - b[i]!.admitted)
        .join(
          ',',
        )} waiting ${b.map((e) => e.waiting).join(',')} done ${b.length ? b.at(-1)!.registered - b[0]!.registered : 0}`,
    );
  }
  const settled = at + 8000;
  const by = (from: number, to: number) => {
    const groups = Map.groupBy(answers.served(from, to), (x) => x.path.replace(/\?.*/, ''));
    return [...groups].map(
      ([k, v]) =>
        `${k} n ${v.length} p50 ${percentile(
          v.map((x) => x.tookMs),
          0.5,
        ).toFixed(0)} p95 ${percentile(
          v.map((x) => x.tookMs),
          0.95,
        ).toFixed(0)}`,
    );
  };
  console.log(
    JSON.stringify(
      {
        rows,
        calmBy: by(calm, at),
        surgeBy: by(settled, end),
        calmP95: answers.servedMs(0.95, calm, at),
        p95: answers.servedMs(0.95, settled, end),
        goodput: stage.books.goodput(settled, end),
        admissions: stage.books.admissions(settled, end),
        lateMs: (await delay.stop()).p99Ms,
        slowness,
        told: answers.tally(at, end),
        journal,
      },
      null,
      1,
    ),
  );
  writeFileSync('/tmp/look.json', JSON.stringify(answers.all.map((x) => ({ ...x, atMs: x.atMs - at }))));
  await stage.strike();
});
