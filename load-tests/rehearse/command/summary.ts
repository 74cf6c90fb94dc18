/** A rehearsal's outcome for whoever started it at a terminal: verdict first, then what failed and what to change. Pure. */
import { shownValue } from '../play/shown.ts';
import type { Check, RehearsalReport, SeenFinding } from '../report-words.ts';

const VERDICTS: Readonly<Record<RehearsalReport['verdict'], string>> = {
  held: 'HELD',
  failed: 'FAILED',
  invalid: 'INVALID: it says nothing of the platform',
};

export interface Written {
  /** What stands where, such as `report`. */
  name: string;
  path: string;
}

export function summaryOf(report: RehearsalReport, written: readonly Written[]): string[] {
  const failed = report.checks.filter(({ held }) => held !== true);
  const isCutShort = report.endedEarly !== null && report.verdict !== 'invalid';
  return [
    `${isCutShort ? 'ENDED EARLY' : VERDICTS[report.verdict]}  ${report.title}${report.form === null ? '' : ` (${report.form})`}`,
    ...report.invalidBecause.map((because) => `  ${because}`),
    ...(report.endedEarly === null ? [] : [`  ended early: ${report.endedEarly}`]),
    `  ${report.checks.length - failed.length} of ${report.checks.length} checks held; ${grounds(report)}`,
    ...failed.flatMap(failedCheck),
    ...proposals(report.findings),
    ...(written.length === 0 ? [] : ['']),
    ...written.map(({ name, path }) => `${name}: ${path}`),
  ];
}

function grounds({ seed, revision, target, compress, tookSeconds, generator }: RehearsalReport): string {
  return `${target}, revision ${revision}, seed ${seed}, ${compress} × faster, ${generator.visitors} visitors in ${Math.round(tookSeconds)} s`;
}

function failedCheck({ name, held, seen, wanted, unit, meaning, advice, evidence }: Check): string[] {
  const value = seen === null ? 'not seen' : shownValue(seen, unit);
  return [
    '',
    `✗ ${name}: ${held === null ? 'not seen' : value}, wanted ${wanted}`,
    ...(meaning === '' ? [] : [`    ${meaning}`]),
    ...evidence.map((sentence) => `    ${sentence}`),
    ...(advice === '' ? [] : [`    → ${advice}`]),
  ];
}

/** Findings of several addresses may propose the same rule: it is told once. */
function proposals(findings: readonly SeenFinding[]): string[] {
  const told = new Set<string>();
  return findings.flatMap(({ summary, proposedRule }) => {
    if (proposedRule === null || told.has(proposedRule.yaml)) return [];
    told.add(proposedRule.yaml);
    const heading = proposedRule.summary.replace(/\.$/, '');
    return ['', `! ${summary}`, `  ${heading}:`, ...indented(proposedRule.yaml)];
  });
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`);
}
