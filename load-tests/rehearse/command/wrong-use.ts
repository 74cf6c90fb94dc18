/** Wrong usage, or a target that must not be loaded: exit 2, with sentences that say what is right. */
export class WrongUse extends Error {
  constructor(...sentences: string[]) {
    super(sentences.join('\n'));
    this.name = 'WrongUse';
  }
}
