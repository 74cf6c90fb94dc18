/**
 * Asks one address as a stranger would: a GET for JSON, which never takes a place in a line, without cookies, following
 * nothing, reading little, given up in time. Never throws.
 */
import { Agent, request } from 'undici';

export type ProbeAnswer =
  | {
      kind: 'answered';
      status: number /** `headgate-state`; null: not the gate's answer. */;
      marker: string | null;
    }
  /** Nobody listens there, or only to who shows a certificate. */
  | { kind: 'refused'; why: string }
  /** It cannot be told: no such name, no answer in time, an unknown certificate. */
  | { kind: 'failed'; why: string };

export type Probe = (url: string, timeoutMs: number) => Promise<ProbeAnswer>;

/** An answer's head is all that counts. */
const MOST_BODY_BYTES = 64 * 1024;

/** `verify`: whether the server's certificate must be good. */
export function createProbe(verify: boolean): { probe: Probe; close(): Promise<void> } {
  // No connection is kept: each probe goes the way that a newcomer goes.
  const agent = new Agent({
    pipelining: 0,
    maxResponseSize: MOST_BODY_BYTES,
    connect: { rejectUnauthorized: verify },
  });
  return { probe: (url, timeoutMs) => ask(url, timeoutMs, agent), close: () => agent.destroy() };
}

async function ask(url: string, timeoutMs: number, dispatcher: Agent): Promise<ProbeAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const headers = { accept: 'application/json', 'user-agent': 'headgate-probe' };
  try {
    const answer = await request(url, { method: 'GET', headers, dispatcher, signal, reset: true });
    const state = answer.headers['headgate-state'];
    // Closes the connection; what had not come yet is nobody's business.
    answer.body.on('error', () => {}).destroy();
    return { kind: 'answered', status: answer.statusCode, marker: typeof state === 'string' ? state : null };
  } catch (error) {
    return unanswered(error, timeoutMs);
  }
}

/** A broken connection may be a broken server: it is no refusal. */
function isRefusal(code: string): boolean {
  return code === 'ECONNREFUSED' || code.endsWith('_CERTIFICATE_REQUIRED');
}

function unanswered(error: unknown, timeoutMs: number): ProbeAnswer {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return { kind: 'failed', why: `no answer within ${timeoutMs} ms` };
  if (code === undefined) return { kind: 'failed', why: message };
  return { kind: isRefusal(code) ? 'refused' : 'failed', why: code };
}
