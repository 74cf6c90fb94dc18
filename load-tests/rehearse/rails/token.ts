/** Asks a target whether it agrees to be loaded: one question, at the well-known path, answered with the configured token and nothing else. */
import { request } from 'undici';
import type { NamedTarget, Railed } from './words.ts';

export const WELL_KNOWN = '/.well-known/headgate-rehearsal';
const PATIENCE_MS = 5_000;
/** A token has 200 characters at most. */
const MOST_BYTES = 1_024;

/** Sends the one question. A redirect is not followed: the other end of it has not agreed. */
export async function askForToken(target: NamedTarget, signal: AbortSignal): Promise<Railed> {
  const url = new URL(WELL_KNOWN, target.url);
  try {
    const answer = await request(url, {
      headersTimeout: PATIENCE_MS,
      bodyTimeout: PATIENCE_MS,
      signal: AbortSignal.any([signal, AbortSignal.timeout(2 * PATIENCE_MS)]),
    });
    return judgeAnswer(target, answer.statusCode, answer.headers.location, await beginning(answer.body));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refused(target, `did not answer (${code ?? message})`);
  }
}

export function judgeAnswer(
  target: NamedTarget,
  status: number,
  location: string | string[] | undefined,
  body: string,
): Railed {
  if (status >= 300 && status < 400)
    return refused(target, `redirected${whereTo(target, location)}, which is not followed`);
  if (status !== 200) return refused(target, `answered ${status}`);
  // A file that an editor wrote ends with a line's end.
  if (body.replace(/\r?\n$/, '') !== target.token) return refused(target, 'answered something else');
  return { kind: 'allowed' };
}

function whereTo(target: NamedTarget, location: string | string[] | undefined): string {
  const to = [location ?? []].flat()[0];
  if (to === undefined || !URL.canParse(to, target.url)) return '';
  const { host } = new URL(to, target.url);
  return host === new URL(target.url).host ? ' to another path' : ` to another host (${host})`;
}

function refused({ name, url }: NamedTarget, what: string): Railed {
  const because = `target ${name} (${url}) must answer GET ${WELL_KNOWN} with 200 and the token of rehearsal.targets.${name}.token as text; it ${what}`;
  return { kind: 'refused', because };
}

async function beginning(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}
