/** Whether one target takes requests, and how many: follows the verdicts on it through down, ejected, ramp and up. */
import type { UpstreamSettings } from '../../config/settings.ts';
import { ejectionMs, type OutlierReason, rampShare } from './target-health.ts';

export interface TargetRules {
  /** Failures in a row until the target is down. */
  failures: number;
  /** First ejection; each further one takes twice as long. */
  ejectionMs: number;
  rampMs: number;
  /** With checks, only a good check brings a target that is down back. */
  isChecked: boolean;
}

/** A target that stayed well for so many first ejections is judged afresh. */
const FORGIVEN_AFTER = 10;

export class TargetState {
  rules: TargetRules;
  status: 'up' | 'ejected' | 'down' = 'up';
  /** Why it is not up. */
  reason: OutlierReason | 'connect' | 'check' | null = null;
  failuresInRow = 0;
  #wasSeenWell = false;
  #ejections = 0;
  #ejectedUntilMs = 0;
  #backAtMs = Number.NEGATIVE_INFINITY;

  constructor(rules: TargetRules) {
    this.rules = rules;
  }

  /** A connection was refused, timed out, or failed its TLS handshake. True: the status changed. */
  connectFailed(): boolean {
    return this.#failed('connect');
  }

  connected(nowMs: number): boolean {
    return this.rules.isChecked && this.status === 'down' ? false : this.#seenWell(nowMs);
  }

  checked(isWell: boolean, nowMs: number): boolean {
    return isWell ? this.#seenWell(nowMs) : this.#failed(this.rules.isChecked ? 'check' : 'connect');
  }

  eject(reason: OutlierReason, nowMs: number): void {
    this.status = 'ejected';
    this.reason = reason;
    this.#ejections++;
    this.#ejectedUntilMs = nowMs + ejectionMs(this.#ejections, this.rules.ejectionMs);
  }

  /** Ends an ejection whose time is up. True: the status changed. */
  tick(nowMs: number): boolean {
    if (this.status === 'up' && nowMs - this.#backAtMs > FORGIVEN_AFTER * this.rules.ejectionMs)
      this.#ejections = 0;
    if (this.status !== 'ejected' || nowMs < this.#ejectedUntilMs) return false;
    this.#comeBack(nowMs);
    return true;
  }

  /** Share of its weight that the target takes now. */
  share(nowMs: number): number {
    return this.status === 'up' ? rampShare(nowMs - this.#backAtMs, this.rules.rampMs) : 0;
  }

  /** A target that was never seen well is down at its first failure: nobody is sent to try it out. */
  #failed(reason: 'connect' | 'check'): boolean {
    this.failuresInRow++;
    if (this.status === 'down' || (this.#wasSeenWell && this.failuresInRow < this.rules.failures))
      return false;
    this.status = 'down';
    this.reason = reason;
    return true;
  }

  #seenWell(nowMs: number): boolean {
    this.failuresInRow = 0;
    this.#wasSeenWell = true;
    if (this.status !== 'down') return false;
    this.#comeBack(nowMs);
    return true;
  }

  #comeBack(nowMs: number): void {
    this.status = 'up';
    this.reason = null;
    this.#backAtMs = nowMs;
  }
}

/** Ejections start at so many health intervals. */
const EJECTION_INTERVALS = 5;

export function rulesOf(settings: UpstreamSettings): TargetRules {
  return {
    failures: settings.health.failures,
    ejectionMs: settings.health.intervalMs * EJECTION_INTERVALS,
    rampMs: settings.rampSeconds * 1_000,
    isChecked: settings.health.path !== null,
  };
}
