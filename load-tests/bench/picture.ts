/** The comparison as a picture: a bar for each contender, one block of bars for each work and figure; shorter is better. */
import { svgPicture, svgText } from '../svg.ts';
import type { BenchReport } from './report.ts';
import type { Compared } from './row.ts';

const WIDTH = 720;
const LEFT = 190;
const BAR = { height: 18, gap: 6, most: 380 };
const BLOCK_HEAD = 34;
const TOP = 48;
const OURS = '#2f81f7';
const OTHERS = '#8b949e';

type Figure = 'cpuMicros' | 'redisCommands' | 'redisBytesAVisitor';

const FIGURES: readonly { key: Figure; title: string }[] = [
  { key: 'cpuMicros', title: 'µs of CPU a request' },
  { key: 'redisCommands', title: 'Redis commands a request' },
  { key: 'redisBytesAVisitor', title: 'bytes of Redis a visitor' },
];

interface Block {
  title: string;
  key: Figure;
  contenders: readonly Compared[];
}

export function benchSvg({ comparison, machine, node, commit }: BenchReport): string {
  const body: string[] = [];
  let y = TOP;
  for (const block of blocksOf(comparison)) {
    body.push(...drawBlock(block, y));
    y += BLOCK_HEAD + block.contenders.length * (BAR.height + BAR.gap);
  }
  return svgPicture({
    ...{
      width: WIDTH,
      height: y + 30,
      title: 'What the same work costs Headgate and others; shorter bars are better',
    },
    body: [
      '<text class="ink" x="16" y="26" font-size="15" font-weight="600">What the same work costs: shorter is better</text>',
      ...body,
      `<text class="faint" x="16" y="${y + 18}">${svgText(`npm run bench; ${machine}; Node ${node}; ${commit}; medians`)}</text>`,
    ],
  });
}

function blocksOf(comparison: readonly Compared[]): Block[] {
  const works = [...new Set(comparison.map(({ work }) => work))];
  return works.flatMap((work) =>
    FIGURES.map(({ key, title }) => ({
      ...{ title: `${work}: ${title}`, key },
      contenders: comparison.filter((one) => one.work === work && (one[key] !== undefined || isAbsent(one))),
    })).filter(({ contenders, key }) => contenders.some((one) => one[key] !== undefined)),
  );
}

/** Could not be measured, and the picture says so. */
const isAbsent = (one: Compared) => FIGURES.every(({ key }) => one[key] === undefined);

function drawBlock({ title, key, contenders }: Block, y: number): string[] {
  const most = Math.max(...contenders.map((one) => one[key] ?? 0));
  const head = `<text class="ink" x="16" y="${y + 20}" font-size="12" font-weight="600">${svgText(title)}</text>`;
  return [
    head,
    ...contenders.flatMap((one, i) =>
      drawBar(one, one[key], most, y + BLOCK_HEAD - 4 + i * (BAR.height + BAR.gap)),
    ),
  ];
}

function drawBar({ name, note }: Compared, figure: number | undefined, most: number, y: number): string[] {
  const middle = y + BAR.height - 5;
  const width = most === 0 || figure === undefined ? 0 : Math.max(1, (figure / most) * BAR.most);
  const colour = name.startsWith('Headgate') ? OURS : OTHERS;
  const said = figure === undefined ? note : figure.toLocaleString('en');
  return [
    `<text class="ink" x="${LEFT - 10}" y="${middle}" text-anchor="end">${svgText(name)}</text>`,
    `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" rx="2" fill="${colour}"/>`,
    `<text class="${figure === undefined ? 'faint' : 'ink'}" x="${LEFT + width + 6}" y="${middle}">${svgText(said)}</text>`,
  ];
}
