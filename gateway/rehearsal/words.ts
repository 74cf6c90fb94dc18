/** What a gate for real visitors says to requests of rehearsals, and the one question that it passes on for them. */
import type { IncomingMessage } from 'node:http';
import type { JudgedRequest } from '../request/words.ts';

const REHEARSAL_HEADER = 'headgate-rehearsal';

export const NO_REHEARSAL = {
  kind: 'refused',
  code: 'HG_REHEARSAL',
  detail: 'No rehearsal under way here has this headgate-rehearsal header. Real visitors send none.',
} as const;

/**
 * What a request says of a rehearsal: null where nothing is said, or nothing that a rehearsal ever said. The latter is dropped like every
 * header of ours that a client makes up; whatever has the shape of a signed token may be of one that has just ended, and its sender is
 * no real visitor.
 */
export function rehearsalHeader({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | null {
  // As they came: Node makes its object of headers when it is first asked for, which many requests never need.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length !== REHEARSAL_HEADER.length || name.toLowerCase() !== REHEARSAL_HEADER) continue;
    const text = rawHeaders[at + 1] as string;
    return SIGNED.test(text) ? text : null;
  }
  return null;
}

const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const QUESTION = '/.well-known/headgate-rehearsal';

/** Whether somebody asks the platform itself if it may be rehearsed with: no line stands before its answer. */
export function isRehearsalQuestion({ method, path }: JudgedRequest): boolean {
  return path === QUESTION && method === 'GET';
}
