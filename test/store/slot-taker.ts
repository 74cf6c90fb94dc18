/** A process of its own that takes a slot and holds it until it is killed; `node slot-taker.ts <data>`. */
import { writeSync } from 'node:fs';
import { takeSlot } from '../../gateway/store/gateway-slot.ts';

const { id, folder } = takeSlot(process.argv[2] ?? '');
writeSync(1, `${JSON.stringify({ id, folder })}\n`);
setInterval(() => undefined, 1000);
