/** A second tab of the same browser: the same cookies, a page and polls of its own, closed when it is time to go in by the first. */
import { type ClientOptions, createClient } from './client.ts';
import { meaningOf } from './reading.ts';
import { emptyRecord, rest, type Visit } from './visit.ts';
import { waitInLine } from './waiting.ts';
import type { VisitorRecord } from './words.ts';

const OPENED_AFTER_MS = 1_000;

/** Its record: judged as what one visitor was told, but nobody of its own. `options` end with the first tab. */
export async function openSecondTab(first: Visit, options: ClientOptions): Promise<VisitorRecord> {
  const { plan } = first;
  const record = emptyRecord(plan);
  const client = createClient(options, plan, first.client.jar);
  const visit: Visit = { ...first, client, record, signal: options.signal };
  record.arrivedAtMs = performance.now();
  await rest(visit, first.random() * OPENED_AFTER_MS);
  if (options.signal.aborted) return record;
  const meaning = meaningOf(await client.send('GET', plan.address, 'navigate'));
  if (!options.signal.aborted && meaning.kind === 'wait') await waitInLine(visit, null, meaning.afterSeconds);
  noteForeignPlace(record, first.record);
  return record;
}

/** The tab was given a place that the first never had: one of the two is lost. */
function noteForeignPlace(tab: VisitorRecord, first: VisitorRecord): void {
  if (tab.number !== null && !first.numbers.includes(tab.number)) tab.lostPlaces += 1;
}
