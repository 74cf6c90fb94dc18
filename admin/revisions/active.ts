/** The configuration that the admin stands for: the active revision as the gateways read it. */
import type { Settings } from '../../config/settings.ts';
import type { Pin } from '../../gateway/control/words.ts';
import type { Publisher } from '../control/publisher.ts';
import type { ActiveConfig } from '../control/words.ts';
import { mustRead, type ReadText, type Surroundings } from './read-text.ts';

export interface ActiveReader extends ActiveConfig {
  read(): ReadText;
  /** Changes whenever what may be activated does; says nothing of commands and messages. */
  tag(): string;
}

export function createActiveReader(publisher: Publisher, around: Surroundings): ActiveReader {
  let known: { meaning: string; read: ReadText } | null = null;

  const read = (): ReadText => {
    const { active, pins } = publisher.current();
    const meaning = meaningOf(active.number, pins);
    if (known?.meaning === meaning) return known.read;
    const text = { ...active, name: `revision ${active.number}` };
    const fresh = mustRead(text, pins, around, null);
    known = { meaning, read: fresh };
    return fresh;
  };

  return {
    read,
    active: () => publisher.current().active,
    staged: () => publisher.current().staged,
    pins: () => publisher.current().pins,
    published: publisher.current,
    settings: (): Settings => read().settings,
    onChange: publisher.onChange,
    tag() {
      const { active, staged } = publisher.current();
      return staged === null ? `${active.number}` : `${active.number}+${staged.number}`;
    },
  };
}

function meaningOf(number: number, pins: readonly Pin[]): string {
  return JSON.stringify([number, pins.map(({ path, value }) => [path, value])]);
}
