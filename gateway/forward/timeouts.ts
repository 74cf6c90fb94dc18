/** Which silence is too long, by what is being waited for. Pure. */
import type { UpstreamSettings } from '../../config/settings.ts';
import type { FailureKind } from './words.ts';

/** `head`, `body`: of the platform's answer. `slow-client`: the client takes nothing more of it. */
export type Phase = 'queued' | 'connecting' | 'head' | 'body' | 'slow-client';

export const FAILURE_OF: Record<Exclude<Phase, 'slow-client'>, FailureKind> = {
  queued: 'busy',
  connecting: 'connect-timeout',
  head: 'headers-timeout',
  body: 'body-timeout',
};

export function isOverdue(phase: Phase, quietMs: number, timeouts: UpstreamSettings['timeouts']): boolean {
  if (phase === 'connecting') return quietMs > timeouts.connectMs;
  return quietMs > (phase === 'body' || phase === 'slow-client' ? timeouts.bodyMs : timeouts.headersMs);
}
