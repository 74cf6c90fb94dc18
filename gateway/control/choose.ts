/** Which configuration a gateway starts on: what the admin process published, else the last known good on disk, else its own file. */
import { compareConfigs, type FileConfig } from '../../config/compare.ts';
import type { Config } from '../../config/schema.ts';
import type { Settings } from '../../config/settings.ts';
import { type Effective, effective, revisionFor } from './effective.ts';
import type { LastKnownGood } from './last-known-good.ts';
import type { ControlLink } from './link.ts';
import type { GatewayReport, Published } from './words.ts';

export interface Chosen {
  settings: Settings;
  config: Config;
  /** Null: it goes by its file. */
  document: Published | null;
  from: GatewayReport['from'];
  refused: GatewayReport['refused'];
}

export interface ChooseParts {
  link: ControlLink | null;
  disk: LastKnownGood;
  /** The gateway's own file, read. */
  file: FileConfig & { settings: Settings };
  folder: string;
  env: NodeJS.ProcessEnv;
  gateway: string;
  log(level: 'info' | 'warn' | 'error', facts: object, message: string): void;
}

export async function chooseConfiguration(parts: ChooseParts): Promise<Chosen> {
  const published = await parts.link?.published(0).catch(() => null);
  const kept = await parts.disk.read().catch((error) => {
    parts.log('error', { error: String(error) }, 'the last known good configuration cannot be read');
    return null;
  });
  let refused: Chosen['refused'] = null;
  for (const [document, from] of [
    [published, 'published'],
    [kept, 'disk'],
  ] as const) {
    if (!document || (from === 'disk' && isOlder(document, parts.file.settings))) continue;
    const taken = read(document, parts);
    if (taken.kind === 'good') {
      sayWhatRules(taken.effective, from, parts);
      return { ...taken.effective, document, from, refused };
    }
    refused ??= { serial: document.serial, revision: taken.revision, reason: taken.reason };
    parts.log(
      'error',
      { from, ...refused },
      'a revision cannot be taken; the gateway starts on what it took before',
    );
  }
  const { settings, config } = parts.file;
  return { settings, config, document: null, from: 'file', refused };
}

/** Who starts a gateway with a file and gets something else must read why. */
function sayWhatRules({ settings, config }: Effective, from: string, { file, log }: ChooseParts): void {
  const [first] = compareConfigs(file, config);
  if (first === undefined) return;
  const facts = { revision: settings.revision, from, file: first.file, line: first.line, path: first.path };
  log(
    'warn',
    facts,
    'the admin process’s revision is in force; the configuration file says otherwise and is not obeyed',
  );
}

/** Without an admin process a file that says so by its number is newer than what was kept. */
function isOlder(document: Published, file: Settings): boolean {
  return file.revision > document.active.number;
}

function read(document: Published, { gateway, folder, env, file }: ChooseParts) {
  const revision = revisionFor(document, gateway);
  const outcome: { kind: 'good'; effective: Effective } | { kind: 'wrong'; reason: string } = effective(
    revision,
    document.pins,
    { folder, env, running: file.settings },
  );
  return outcome.kind === 'good' ? outcome : { ...outcome, revision: revision.number };
}
