/** A process of its own that writes its memory as fast as it can until it is killed, and prints what is on the disk; `node memory-keeper.ts <folder> <rooms> <leases>`. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../gateway/clock.ts';
import { createMemoryWriter } from '../../gateway/store/gateway-memory.ts';
import { rememberedRoom } from './remembered-room.ts';

const [folder = '', rooms = '1', leases = '1'] = process.argv.slice(2);
let round = 0;
const writer = createMemoryWriter({
  folder,
  clock: systemClock,
  log: (_level, facts, message) => writeSync(1, `${JSON.stringify({ message, facts })}\n`),
  *rooms() {
    for (let room = 0; room < Number(rooms); room += 1) {
      const now = round;
      yield [`event-${room}`, now, () => rememberedRoom(now, Number(leases))];
    }
  },
});

for (;;) {
  round += 1;
  await writer.writeNow();
  writeSync(1, `${JSON.stringify({ round })}\n`);
}
