/** What is told of the examples, each text made once: a report has mostly the same ones as the report before it. */
import { exampleText } from './example-text.ts';
import type { Example } from './examples.ts';

export class ToldExamples {
  #captured: ReadonlySet<string>;
  /** Texts of this report; those of the one before are looked up and then forgotten, so no more are kept than are told. */
  #texts = new Map<Example, string>();
  #before = this.#texts;

  /** `captured`: keys, in small letters, whose values name rooms. */
  constructor(captured: ReadonlySet<string>) {
    this.#captured = captured;
  }

  /** Other rules: other values may be told. */
  follow(captured: ReadonlySet<string>): void {
    this.#captured = captured;
    this.#texts = new Map();
  }

  begin(): void {
    this.#before = this.#texts;
    this.#texts = new Map();
  }

  /** Of one address; each text once. */
  of(examples: readonly Example[]): string[] {
    const told: string[] = [];
    for (const example of examples) {
      const text = this.#before.get(example) ?? exampleText(example, this.#captured);
      this.#texts.set(example, text);
      if (!told.includes(text)) told.push(text);
    }
    return told;
  }
}
