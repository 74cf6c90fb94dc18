/** Asks for a JSON document; what is no 2xx, or takes too long, rejects with what came instead. */

/** What is looked at each second must not be waited for longer than that. */
export const LOOK_MS = 900;
const PATIENCE_MS = 5_000;

export async function fetchJson<T>(
  url: string,
  init: RequestInit = {},
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs), ...init });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${answer.status} ${text.slice(0, 500)}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}
