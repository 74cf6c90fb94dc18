/** Asks for a JSON document; what is no 2xx, or takes too long, rejects with what came instead. */

const PATIENCE_MS = 5_000;

export async function fetchJson<T>(url: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), ...init });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${answer.status} ${text.slice(0, 500)}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}
