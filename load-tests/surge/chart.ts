/** Draws the scenes: a chart that is drawn anew on a terminal, a line a second elsewhere. */
import type { Scene, SideScene } from './scene.ts';

const BLOCKS = '▁▂▃▄▅▆▇█';
const WIDTH = 30;

/** Bars of the last values, the highest as high as a line of text. */
export function sparkline(values: readonly number[], highest: number): string {
  const bars = values.slice(-WIDTH).map((value) => (value === 0 ? ' ' : BLOCKS[levelOf(value, highest)]));
  return bars.join('').padEnd(WIDTH);
}

function levelOf(value: number, highest: number): number {
  return Math.min(BLOCKS.length - 1, Math.floor((value / Math.max(1, highest)) * (BLOCKS.length - 1) + 0.5));
}

export function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The chart of all scenes so far, as lines. */
export function chartOf(scenes: readonly Scene[]): string[] {
  const last = scenes.at(-1)!;
  const highest = Math.max(
    ...scenes.flatMap(({ waiting, gated, bare }) => [waiting, gated.inside, bare.inside]),
  );
  const row = (name: string, of: (scene: Scene) => number) =>
    `  ${name.padEnd(10)} ${sparkline(scenes.map(of), highest)} ${String(of(last)).padStart(5)}`;
  return [
    `${last.atSeconds.toFixed(0).padStart(3)} s`,
    'With the gate',
    row('in line', ({ waiting }) => waiting),
    row('inside', ({ gated }) => gated.inside),
    `  ${outcomeOf(last.gated)}`,
    'The same crowd without it',
    row('inside', ({ bare }) => bare.inside),
    `  ${outcomeOf(last.bare)}`,
  ];
}

function outcomeOf({ registered, failed, p95Ms }: SideScene): string {
  return `${`${registered} registered`.padEnd(18)}${`${failed} requests failed`.padEnd(24)}p95 ${formatMs(p95Ms)}`;
}

export function lineOf({ atSeconds, waiting, gated, bare }: Scene): string {
  return [
    `${atSeconds.toFixed(0).padStart(3)} s`,
    `gate: ${pad(waiting)} in line ${pad(gated.inside)} inside ${pad(gated.registered)} registered  p95 ${formatMs(gated.p95Ms).padStart(7)}`,
    `no gate: ${pad(bare.inside)} inside ${pad(bare.registered)} registered ${pad(bare.failed)} failed  p95 ${formatMs(bare.p95Ms).padStart(7)}`,
  ].join(' │ ');
}

function pad(value: number): string {
  return String(value).padStart(4);
}

/** Shows each new scene. */
export function createScreen(output: NodeJS.WriteStream): (scenes: readonly Scene[]) => void {
  let drawn = 0;
  return (scenes) => {
    if (!output.isTTY) {
      output.write(`${lineOf(scenes.at(-1)!)}\n`);
      return;
    }
    const lines = chartOf(scenes);
    // Up to where the last chart began, and clear what is below.
    const back = drawn === 0 ? '' : `\x1b[${drawn}A\x1b[J`;
    output.write(`${back}${lines.join('\n')}\n`);
    drawn = lines.length;
  };
}
