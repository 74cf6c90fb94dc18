/** `headgate rehearse --forecast`: line and waits before any load is sent. */
import type { Scenario } from '../words.ts';
import type { CommandParts } from './parts.ts';
import type { Typed } from './typed.ts';
import { WrongUse } from './wrong-use.ts';

export async function forecastCommand(
  scenario: Scenario,
  _typed: Typed,
  _parts: CommandParts,
): Promise<number> {
  throw new WrongUse(`no forecast can be made of ${scenario.name}`);
}
