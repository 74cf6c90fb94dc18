/** Loads what a page is made of, as browsers do: once a visit, all at once, without waiting for it. */
import type { Answer } from './client.ts';
import type { Visit } from './visit.ts';

const NAMED = /<(?:link|script|img)\b[^>]*?\b(?:href|src)="(\/[^"/][^"]*)"/g;
/** More than this no page of ours has. */
const MOST = 8;

const loaded = new WeakMap<Visit, Set<string>>();

export async function loadAssets(visit: Visit, page: Answer): Promise<void> {
  if (!visit.plan.loadsAssets || page.status !== 200) return;
  const known = loaded.get(visit) ?? new Set();
  loaded.set(visit, known);
  const named = new Set([...page.text().matchAll(NAMED)].map(([, path]) => path!));
  const missing = [...named].filter((path) => !known.has(path)).slice(0, MOST);
  for (const path of missing) known.add(path);
  await Promise.all(missing.map((path) => visit.client.send('GET', path, 'asset')));
}
