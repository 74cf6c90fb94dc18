/** The scenarios that come with Headgate, by name. */
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { sectionOf } from '../../stage/stage-config.ts';
import type { Form } from '../words.ts';
import { FORMS } from './schema.ts';

const FOLDER = fileURLToPath(new URL('../../scenarios/', import.meta.url));

export interface BuiltIn {
  name: string;
  title: string;
  forms: readonly Form[];
}

/** By name. */
export function builtInScenarios(): BuiltIn[] {
  return builtInNames().map((name) => {
    const written = sectionOf(parse(readFileSync(builtInFile(name), 'utf8')));
    const forms = sectionOf(written.forms);
    return { name, title: String(written.title), forms: FORMS.filter((form) => form in forms) };
  });
}

export function builtInNames(): string[] {
  return globSync('*.yaml', { cwd: FOLDER })
    .map((file) => basename(file, '.yaml'))
    .sort();
}

export function builtInFile(name: string): string {
  return `${FOLDER}${name}.yaml`;
}
