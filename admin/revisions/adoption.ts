/** Takes over what an earlier life of the admin process published, because its own disk was lost or is older. */
import type { Published, RevisionText } from '../../gateway/control/words.ts';
import type { Publisher } from '../control/publisher.ts';
import type { AuditLog } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import type { AdminLog } from '../log.ts';
import type { Book } from './book.ts';
import type { RevisionTable } from './table.ts';
import type { RevisionState } from './words.ts';

export interface AdoptionParts {
  data: ControlData;
  publisher: Publisher;
  table: RevisionTable;
  book: Book;
  auditLog: AuditLog;
  log: AdminLog;
}

const DEED = { by: 'headgate', reason: 'found published, above what this disk holds' };

export function createAdoption(parts: AdoptionParts): { adopt(document: Published): void } {
  const { data, publisher, table, book, auditLog, log } = parts;

  /** False: this disk knows another text by that number. */
  const enter = ({ number, config }: RevisionText, state: RevisionState): boolean => {
    const known = table.find(number);
    if (known !== null) {
      table.setState(number, state);
      return known.config === config;
    }
    const author = DEED.by;
    table.add({ number, config, source: 'adopted', author, reason: DEED.reason, parent: null, state });
    return true;
  };

  function adopt(document: Published): void {
    const own = publisher.current();
    const { serial, active, staged, pins, messages } = document;
    if (own.active.number > 0) table.setState(own.active.number, 'replaced');
    publisher.adopt(document);
    const isSame = enter(active, 'active');
    if (staged !== null) enter(staged, 'staged');
    auditLog.append({
      actor: DEED.by,
      action: 'revision.adopt',
      subject: `revision ${active.number}`,
      reason: DEED.reason,
      before: { serial: own.serial, active: own.active.number },
      after: { serial, active: active.number, pins, messages: messages.length },
    });
    if (isSame) return;
    const { number: parent, config } = active;
    const draft = { config, source: 'adopted' as const, author: DEED.by, reason: DEED.reason, parent };
    book.activate(book.create(draft).number, DEED);
  }

  return {
    adopt(document) {
      data.transaction(() => adopt(document));
      log.say('warn', { serial: document.serial }, 'took over what an earlier admin process published');
    },
  };
}
