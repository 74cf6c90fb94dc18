/** What belongs to a few words taken together, found without making a text of them for each request. */

/** Made once for each word, and kept: for words that nobody can invent. */
export function kept<Word extends string, Value>(make: (word: Word) => Value): (word: Word) => Value {
  const values = new Map<Word, Value>();
  return (word) => {
    const known = values.get(word);
    if (known !== undefined) return known;
    const made = make(word);
    values.set(word, made);
    return made;
  };
}
