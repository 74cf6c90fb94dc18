/** What a gate for real visitors says to requests of rehearsals, and the one question that it passes on for them. */
import type { JudgedRequest } from '../request/words.ts';

export const REHEARSAL_HEADER = 'headgate-rehearsal';

export const NO_REHEARSAL = {
  kind: 'refused',
  code: 'HG_REHEARSAL',
  detail: 'No rehearsal under way here has this headgate-rehearsal header. Real visitors send none.',
} as const;

const QUESTION = '/.well-known/headgate-rehearsal';

/** Whether somebody asks the platform itself if it may be rehearsed with: no line stands before its answer. */
export function isRehearsalQuestion({ method, path }: JudgedRequest): boolean {
  return path === QUESTION && method === 'GET';
}
