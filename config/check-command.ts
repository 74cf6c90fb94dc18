/** What `headgate check` prints: every error and warning with its place, for a reader or as one JSON document. */
import { pastMaintenance } from './cautions/past.ts';
import { jsonSchemaForEditors } from './editor-schema.ts';
import { formatLocated, type LoadResult, loadConfig } from './load.ts';
import { byPlace } from './located.ts';

export interface CheckOptions {
  json?: boolean;
  /** Prints the JSON Schema instead of checking a file. */
  schema?: boolean;
}

export interface CheckOutput {
  /** 0: may run, warnings included; 1: errors; 2: wrong usage. */
  exitCode: 0 | 1 | 2;
  stdout: string;
  stderr: string;
}

export function checkCommand(
  file: string | undefined,
  options: CheckOptions,
  env: NodeJS.ProcessEnv,
  nowMs: number,
): CheckOutput {
  if (options.schema === true)
    return { exitCode: 0, stdout: `${JSON.stringify(jsonSchemaForEditors(), null, 2)}\n`, stderr: '' };
  if (file === undefined || file === '')
    return {
      exitCode: 2,
      stdout: '',
      stderr: 'usage: headgate check <config> [--json] | headgate check --schema\n',
    };
  const result = withPast(loadConfig(file, env), nowMs);
  return options.json === true ? asJson(result) : asText(file, result);
}

function withPast(result: LoadResult, nowMs: number): LoadResult {
  if (!result.ok) return result;
  const past = pastMaintenance(result.config, result.positions, nowMs);
  return { ...result, warnings: [...result.warnings, ...past].sort(byPlace) };
}

function asJson(result: LoadResult): CheckOutput {
  const document = { ok: result.ok, errors: result.ok ? [] : result.errors, warnings: result.warnings };
  return { exitCode: result.ok ? 0 : 1, stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: '' };
}

function asText(file: string, result: LoadResult): CheckOutput {
  const errors = result.ok ? [] : result.errors;
  const findings = formatLocated(errors) + formatLocated(result.warnings, 'warning');
  const counts = [count(errors.length, 'error'), count(result.warnings.length, 'warning')].filter(Boolean);
  if (result.ok) {
    const { rooms, rules, upstreams } = result.settings;
    const size = [
      count(Object.keys(rooms).length, 'room'),
      count(rules.length, 'rule'),
      count(Object.keys(upstreams).length, 'upstream'),
    ];
    const verdict = `${file}: good (${[...size, ...counts].filter(Boolean).join(', ')})\n`;
    return { exitCode: 0, stdout: verdict, stderr: findings };
  }
  return { exitCode: 1, stdout: '', stderr: `${findings}${file}: ${counts.join(', ')}\n` };
}

function count(number: number, what: string): string {
  return number === 0 ? '' : `${number} ${what}${number === 1 ? '' : 's'}`;
}
