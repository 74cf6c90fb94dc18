/** The words of a stage: what a rehearsal is played on, be it the demo that is set up for it or a target of one's own. Types only. */
import type { PlatformStats } from '../platform/books.ts';
import type { SeenFinding } from '../rehearse/report-words.ts';
import type { Deed } from '../rehearse/words.ts';
import type { LoadTarget } from '../visitors/load.ts';

/** By figure name (rehearse/figures.ts); null: nobody tells it. */
export type Figures = Readonly<Record<string, number | null>>;

export interface Stage {
  /** `demo`, or the target's name in the configuration. */
  readonly name: string;
  /** Where visitors go, and as whom. */
  readonly target: LoadTarget;
  /** Null: its admin API is unknown, and what it alone tells stays unseen. */
  readonly admin: AdminAccess | null;
  /** Epoch ms at which the scenario begins, where openings by the clock depend on it; null: whenever. */
  readonly beginsAtMs: number | null;
  /** Platforms whose books are open; empty: none is. */
  readonly platforms: readonly StagePlatform[];
  /** Null: this stage can do it; else why not, as a sentence. Asked for every moment before a visitor comes. */
  cannot(deed: Deed): string | null;
  /** Resolves when it is done; rejects with what went wrong. Deeds are done one after the other. */
  do(deed: Deed): Promise<void>;
  /** Figures of kind `moment` that the stage knows; asked once a second. What nobody tells now is null. */
  look(): Promise<Figures>;
  /** Figures of kind `end` that the stage knows. */
  atEnd(): Promise<Figures>;
  /** Every finding since the stage was set, resolved ones too. */
  findings(): Promise<readonly SeenFinding[]>;
  /** The revision that is active; 0: none that anybody tells. */
  revision(): Promise<number>;
  /** The whole text of the configuration in force; empty: nobody tells it. */
  configText(): Promise<string>;
  /** Ends all of it; nothing stays behind. Safe to call twice. */
  strike(): Promise<void>;
}

/** An admin API, asked with a token as any operator's script does. */
export interface AdminAccess {
  readonly url: string;
  readonly token: string;
  /** The body of any 2xx; `path` is below `/v1/`. Rejects with what came instead. */
  ask<T>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T>;
}

export interface StagePlatform {
  readonly name: string;
  /** One of each of its processes that answered. */
  stats(): Promise<readonly PlatformStats[]>;
}
