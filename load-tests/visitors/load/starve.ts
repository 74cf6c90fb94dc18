/** Makes a process do nothing else for a while, again and again, as if others had its core: for tests of what it says of itself then. */

const BREATH_MS = 5;

/** 0: never. Returns what ends it. */
export function starve(ms: number): () => void {
  if (ms === 0) return () => {};
  const hold = () => {
    for (const untilMs = performance.now() + ms; performance.now() < untilMs; );
    timer = setTimeout(hold, BREATH_MS);
  };
  let timer = setTimeout(hold, BREATH_MS);
  return () => clearTimeout(timer);
}
