/** What a configuration file means to the revisions: nothing where it says what it said, else a new revision, active at once, with the pins above it. */
import { createHash } from 'node:crypto';
import type { LoadResult, Located } from '../../config/load.ts';
import type { Publisher } from '../control/publisher.ts';
import type { AuditLog } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import type { AdminLog } from '../log.ts';
import type { ActiveReader } from './active.ts';
import type { Book } from './book.ts';
import { type Contradiction, readText, type Surroundings, structuralFaults } from './read-text.ts';
import { withoutSecrets } from './without-secrets.ts';
import type { LoadedFile } from './words.ts';

/** As a reload answers it. */
export type FileTaken =
  | { kind: 'reloaded'; revision: number; warnings: number }
  /** The old configuration stays in force. */
  | { kind: 'refused'; reason: string; errors: readonly Located[] };

export interface FileIntake {
  /** At the start of the process, when structural changes hold. */
  atStart(file: LoadedFile): FileTaken;
  /** While gateways run. */
  whileRunning(loaded: LoadResult, file: string): FileTaken;
}

export interface FileIntakeParts {
  data: ControlData;
  publisher: Publisher;
  active: ActiveReader;
  book: Book;
  auditLog: AuditLog;
  log: AdminLog;
  around: Surroundings;
}

export function createFileIntake(parts: FileIntakeParts): FileIntake {
  const { data, publisher, active, book, auditLog, log, around } = parts;

  /** The file may contradict a pin: that is told, and not obeyed. */
  const tellContradictions = (contradictions: readonly Contradiction[], number: number) => {
    for (const { pin, written, file, line } of contradictions) {
      const reason = `${file}:${line} contradicts the pin on ${pin.path} (${pin.reason}); it is not obeyed`;
      log.say('warn', { path: pin.path, file, line, revision: number }, reason);
      const subject = `pin ${pin.path}`;
      const [before, after] = [
        { written, file, line },
        { value: pin.value, pin: pin.id },
      ];
      auditLog.append({ actor: 'headgate', action: 'pin.contradicted', subject, reason, before, after });
    }
  };

  /** Null: nothing new. */
  function take({ file, loaded }: LoadedFile, isRunning: boolean): FileTaken {
    const { active: present, fileHash, pins } = publisher.current();
    const hash = createHash('sha256').update(loaded.source).digest('hex');
    const warnings = loaded.warnings.length;
    if (present.number > 0 && hash === fileHash)
      return { kind: 'reloaded', revision: present.number, warnings };
    const text = { config: withoutSecrets(loaded.source), name: file, number: present.number + 1 };
    const answer = readText(text, pins, around);
    if (answer.kind === 'wrong')
      return refusal(answer.faults.map(({ message }) => message).join('; '), 'with the pins it has errors');
    const faults =
      isRunning && present.number > 0 ? structuralFaults(active.read().written, answer.read.written) : [];
    if (faults.length > 0)
      return refusal(faults.map(({ message }) => message).join('; '), 'these need a restart');
    const reason = present.number === 0 ? `the first start with ${file}` : `${file} changed`;
    const deed = { by: 'configuration file', reason };
    const revision = data.transaction(() => {
      const created = book.create({
        config: text.config,
        source: 'file',
        author: deed.by,
        reason: deed.reason,
        parent: present.number || null,
        atLeast: loaded.settings.revision,
      });
      const inForce = book.activate(created.number, deed);
      tellContradictions(answer.read.contradictions, inForce.number);
      publisher.change({ fileHash: hash });
      return inForce;
    });
    return { kind: 'reloaded', revision: revision.number, warnings };
  }

  return {
    atStart: (file) => take(file, false),
    whileRunning(loaded, file) {
      if (!loaded.ok) return { kind: 'refused', reason: 'it has errors', errors: loaded.errors };
      try {
        return take({ file, loaded }, true);
      } catch (error) {
        return { kind: 'refused', reason: String(error), errors: [] };
      }
    },
  };
}

function refusal(what: string, why: string): FileTaken {
  return { kind: 'refused', reason: `HeadgateError: ${why}: ${what}`, errors: [] };
}
