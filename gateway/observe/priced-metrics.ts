/** A metric of the price of a place: what became of the numbers of networks that crowd others out. */
import { Counter, type Registry } from 'prom-client';

/** By the room's name in metrics and the outcome, a space between. */
export function registerPriced(registers: Registry[], priced: ReadonlyMap<string, number>): void {
  new Counter({
    name: 'headgate_numbers_priced_total',
    help: 'Numbers asked for by networks that crowd others out: given in a later lane, or refused',
    labelNames: ['room', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [key, count] of priced) {
        const at = key.lastIndexOf(' ');
        this.inc({ room: key.slice(0, at), outcome: key.slice(at + 1) }, count);
      }
    },
  });
}
