/** Waits for a store as long as a well one takes, and no longer where one can go on without its answer. */

/** A store that is well answers in a few. */
const PATIENCE_MS = 30;

/** The answer if it comes soon, else `meanwhile`; `late` is told the answer that came after all. */
export async function soon<T>(asked: Promise<T>, meanwhile: () => T, late: (answer: T) => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<'slow'>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, 'slow');
  });
  const first = await Promise.race([asked, patience]).finally(() => clearTimeout(timer));
  if (first !== 'slow') return first;
  asked.then(late, () => {});
  return meanwhile();
}
