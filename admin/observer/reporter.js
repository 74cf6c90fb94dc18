/** Posts observations in the background: one call in flight, each ended after 5 s, failures counted and dropped. */
import { readFile } from 'node:fs/promises';

const PATH = '/v1/observations';
const PATIENCE_MS = 5_000;

/** `write` makes the observation of the moment. */
export function createReporter({ reportTo, token, tokenFile, everySeconds, fetch, write, troubles }) {
  const url = observationsUrl(reportTo);
  const reports = { sent: 0, failed: 0 };
  let underWay = null;

  async function post(signal) {
    const bearer = tokenFile === undefined ? token : (await readFile(tokenFile, 'utf8')).trim();
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(write()),
      // A token is for whom it was given for.
      redirect: 'error',
      signal,
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  }

  async function report() {
    if (underWay !== null) return;
    underWay = new AbortController();
    const patience = setTimeout(() => underWay?.abort(), PATIENCE_MS);
    patience.unref();
    try {
      await post(underWay.signal);
      reports.sent += 1;
      troubles.over('report', 'reports are taken again');
    } catch (error) {
      reports.failed += 1;
      troubles.is('report', `reports are not taken: ${error.cause?.code ?? error.message}`);
    } finally {
      clearTimeout(patience);
      underWay = null;
    }
  }

  const timer = setInterval(report, everySeconds * 1_000);
  timer.unref();
  return {
    reports,
    stop() {
      clearInterval(timer);
      underWay?.abort();
    },
  };
}

function observationsUrl(reportTo) {
  const url = new URL(reportTo);
  if (!url.pathname.endsWith(PATH)) url.pathname = url.pathname.replace(/\/*$/, PATH);
  return url.href;
}
