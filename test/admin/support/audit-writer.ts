/** Adds to an audit log until it is killed; says so once there is something to lose. */
import { createAuditLog } from '../../../admin/audit-log/audit-log.ts';
import { controlFile, openControlData } from '../../../admin/data/open.ts';
import { systemClock } from '../../../gateway/clock.ts';

const log = { say: () => {} };
const data = openControlData(controlFile(process.argv[2] as string), systemClock, log);
const book = createAuditLog(data, systemClock, log);
const ENOUGH = 20;

function add(): void {
  book.append({
    actor: 'a',
    action: 'b',
    subject: 'c',
    reason: null,
    before: null,
    after: { n: book.count() },
  });
  if (book.count() === ENOUGH) process.send?.('enough');
  setImmediate(add);
}
add();
