/** What the charts show: series of figures that belong together, limits of checks as lines, deeds as marks. Pure. */
import { FIGURES } from '../rehearse/figures.ts';
import type { Check, RehearsalReport, Series } from '../rehearse/report-words.ts';
import { CHART_PLANS, type ChartPlan } from './chart-plans.ts';
import { labelOf } from './figure-names.ts';
import { boundText, clock, valueText } from './texts.ts';

export interface Chart {
  title: string;
  unit: string;
  series: readonly ChartSeries[];
  limits: readonly ChartLimit[];
  /** The highest value that the picture holds. */
  top: number;
  /** The picture in words. */
  says: readonly string[];
}

export interface ChartSeries {
  label: string;
  values: Series;
}

export interface ChartLimit {
  label: string;
  value: number;
  fromSeconds: number;
  untilSeconds: number;
  /** A bound that is kept; a forecast is no bound. */
  kind: 'bound' | 'foreseen';
}

export interface ChartSet {
  atSeconds: readonly number[];
  marks: readonly { atSeconds: number; says: string }[];
  charts: readonly Chart[];
  /** Figures that nobody told. */
  unseen: readonly string[];
}

/** A limit so many times above all that was seen would press the curve flat: it is only told. */
const FAR_ABOVE = 4;

export function chartSet(report: RehearsalReport): ChartSet {
  const { of, atSeconds } = report.series;
  const plans = [...CHART_PLANS, ...judgedAlone(report.checks)];
  const charts = plans.flatMap((plan) => chartOf(plan, report) ?? []);
  return {
    atSeconds,
    marks: report.moments.map(({ atSeconds, says }) => ({ atSeconds, says })),
    charts,
    unseen: plans.flatMap(({ figures }) => figures).filter((figure) => !isSeen(of[figure])),
  };
}

/** Figures that a check asks for, and no chart shows. */
function judgedAlone(checks: readonly Check[]): ChartPlan[] {
  const shown = new Set(CHART_PLANS.flatMap(({ figures }) => figures));
  const asked = new Set(checks.map(({ figure }) => figure));
  return [...asked]
    .filter((figure) => !shown.has(figure) && FIGURES[figure]?.seen === 'moment')
    .map((figure) => ({ title: labelOf(figure), figures: [figure] }));
}

function chartOf({ title, figures }: ChartPlan, report: RehearsalReport): Chart | null {
  const seen = figures.filter((figure) => isSeen(report.series.of[figure]));
  const first = seen[0];
  if (first === undefined) return null;
  const unit = FIGURES[first]?.unit ?? '';
  const series = seen.map((figure) => ({ label: labelOf(figure), values: report.series.of[figure] ?? [] }));
  const asked = [...limitsOf(seen, report), ...foreseenOf(first, report)];
  const most = Math.max(...series.flatMap(({ values }) => mostOf(values)?.value ?? 0));
  const isNear = ({ value }: ChartLimit) => most === 0 || value <= most * FAR_ABOVE;
  const limits = asked.filter(isNear);
  return {
    title,
    unit,
    series,
    limits,
    top: Math.max(most, ...limits.map(({ value }) => value)) || 1,
    says: [
      ...series.map((one) => seriesText(one, unit, report.series.atSeconds)),
      ...asked.filter((limit) => !isNear(limit)).map(({ label }) => `${label}: far above this picture`),
    ],
  };
}

function limitsOf(figures: readonly string[], { checks }: RehearsalReport): ChartLimit[] {
  return checks.flatMap(({ figure, judged, unit }) => {
    if (!judged || !figures.includes(figure)) return [];
    const { fromSeconds, untilSeconds, bound } = judged;
    const of = figures.length > 1 ? `${labelOf(figure).toLowerCase()} ` : '';
    const label = `wanted: ${of}${boundText(bound, unit)}`;
    return [{ label, value: bound.value, fromSeconds, untilSeconds, kind: 'bound' as const }];
  });
}

/** Which row of the forecast stands beside which chart. */
const FORESEEN = {
  'line.waiting': 'longest line',
  'arrivals.perMinute': 'arrivals a minute, most',
} as const;

function foreseenOf(figure: string, { forecast, series }: RehearsalReport): ChartLimit[] {
  const name = figure in FORESEEN ? FORESEEN[figure as keyof typeof FORESEEN] : null;
  const row = forecast?.rows.find((one) => one.name === name);
  if (row == null || row.foreseen === null) return [];
  const label = `foreseen: at most ${valueText(row.foreseen, row.unit)}`;
  const untilSeconds = series.atSeconds.at(-1) ?? 0;
  return [{ label, value: row.foreseen, fromSeconds: 0, untilSeconds, kind: 'foreseen' }];
}

function isSeen(values: Series | undefined): boolean {
  return values?.some((value) => value !== null) ?? false;
}

function mostOf(values: Series): { value: number; index: number } | null {
  let most: { value: number; index: number } | null = null;
  for (const [index, value] of values.entries()) {
    if (value !== null && (most === null || value > most.value)) most = { value, index };
  }
  return most;
}

function seriesText({ label, values }: ChartSeries, unit: string, atSeconds: readonly number[]): string {
  const most = mostOf(values);
  if (most === null) return `${label}: not seen`;
  const known = values.filter((value) => value !== null);
  if (known.every((value) => value === most.value))
    return `${label}: ${valueText(most.value, unit)} all along`;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const at = clock(atSeconds[most.index] ?? 0);
  return `${label}: most ${valueText(most.value, unit)} at ${at}, ${valueText(mean, unit)} on average`;
}
