/** `headgate rehearse --forecast`: who comes by mails or by a log, and what is told of it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forecastScenarioOf } from '../../load-tests/rehearse/command/forecast-plan.ts';
import { limitsOf } from '../../load-tests/rehearse/command/values.ts';
import { readScenario } from '../../load-tests/rehearse/scenario/read-scenario.ts';
import { headgate } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-folder.ts';

const scenario = readScenario('launch');
const waves = [
  { atSeconds: 0, readers: 300 },
  { atSeconds: 1_800, readers: 100 },
];

describe('who comes in a forecast', () => {
  it('is as the scenario tells where nothing else is said', () =>
    expect(forecastScenarioOf(scenario, { seed: 1 })).toBe(scenario));

  it('is whom the mails bring, until the last readers have come', () => {
    const { seconds, groups } = forecastScenarioOf(scenario, { seed: 1, waves });
    expect(groups.map(({ arrivals }) => arrivals)).toEqual([{ shape: 'email', waves, halfSeconds: 600 }]);
    expect(seconds).toBe(7_800);
  });

  it('are so many as were invited, in the waves’ shares', () => {
    const [group] = forecastScenarioOf(scenario, { seed: 1, waves, invited: 8_000 }).groups;
    expect(group?.arrivals).toMatchObject({ waves: [{ readers: 6_000 }, { readers: 2_000 }] });
  });

  it('are those of a former launch’s log, for as long as it lasted', async () => {
    const log = join(await tempFolder(), 'access.log');
    const line = (second: string) =>
      `192.0.2.1 - - [01/Dec/2026:15:00:${second} +0000] "GET /ereg/newreg.php?eventid=4711 HTTP/1.1" 200 512 "-" "-"`;
    await writeFile(log, `${['00', '07', '40'].map(line).join('\n')}\n`);
    const { seconds, groups } = forecastScenarioOf(scenario, { seed: 1, log });
    expect(groups).toHaveLength(1);
    expect(seconds).toBeGreaterThanOrEqual(40);
    expect(seconds).toBeLessThanOrEqual(42);
    expect(() => forecastScenarioOf(scenario, { seed: 1, log: `${log}.gone` })).toThrow(
      '--log must name an access log',
    );
  });

  it('limits are read in pairs', () => {
    expect(limitsOf('300:600,500:-')).toEqual([
      { sessions: 300, admissionsPerMinute: 600 },
      { sessions: 500, admissionsPerMinute: null },
    ]);
    for (const wrong of ['', '300', '0:5', '300:600:5'])
      expect(() => limitsOf(wrong)).toThrow('sessions and admissions');
  });
});

describe('the forecast', () => {
  it('tells line and waits at each of the limits, and sends nothing', async () => {
    const html = join(await tempFolder(), 'forecast.html');
    const args = ['--forecast', '--invited', '2000', '--limits', '100:50,500:500', '--html', html];
    const { code, stdout } = await headgate(['rehearse', ...args]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^limits +as configured +100 sessions, 50 a minute +500 sessions, 500 a minute$/m);
    for (const row of ['longest line', 'drained after', '95 of 100 wait at most'])
      expect(stdout).toContain(row);
    expect(await readFile(html, 'utf8')).toContain('<svg');
  });

  it('as a document tells the same', async () => {
    const { stdout } = await headgate(['rehearse', '--forecast', '--json']);
    const { outcomes } = JSON.parse(stdout);
    expect(outcomes[0].longestLine).toBeGreaterThan(0);
  });
});
