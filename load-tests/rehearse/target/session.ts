/** A rehearsal as the target's admin API knows it: begun before the first visitor, told what came of it, ended whatever happens. */
import { readFile } from 'node:fs/promises';
import { openAdmin } from '../../stage/admin-access.ts';
import type { AdminAccess } from '../../stage/words.ts';
import type { NamedTarget } from '../rails/words.ts';
import type { RehearsalReport } from '../report-words.ts';

export interface Session {
  readonly id: string;
  /** On every request of a visitor: `headgate-rehearsal`. */
  readonly header: string;
  readonly admin: AdminAccess;
  readonly revision: number;
  handIn(report: RehearsalReport): Promise<void>;
  /** Safe to call twice. */
  end(): Promise<void>;
}

export interface SessionPlan {
  launch: string | null;
  /** When the launch opens in the rehearsal's rooms, real seconds from now. */
  opensInSeconds: number;
  /** How long it takes, real seconds. */
  seconds: number;
  reason: string;
}

const MOST_MINUTES = 240;
const SPARE_MINUTES = 5;

/** Null: it cannot be read, or is empty. */
export async function adminTokenOf(target: NamedTarget, env: NodeJS.ProcessEnv): Promise<string | null> {
  const { adminTokenFile } = target;
  const text =
    adminTokenFile === null
      ? env.HEADGATE_ADMIN_TOKEN
      : await readFile(adminTokenFile, 'utf8').catch(() => undefined);
  return text?.trim() || null;
}

/** Rejects with what the admin API said. */
export async function beginSession(url: string, token: string, plan: SessionPlan): Promise<Session> {
  const admin = openAdmin(url, token, 15_000);
  const { launch, opensInSeconds, seconds, reason } = plan;
  const minutes = Math.min(MOST_MINUTES, Math.ceil(seconds / 60) + SPARE_MINUTES);
  const { id, header, revision } = await admin.ask<{ id: string; header: string; revision: number }>(
    'POST',
    'rehearsals',
    {
      ...(launch === null ? {} : { launch, opensInSeconds: Math.ceil(opensInSeconds) }),
      ...{ minutes, reason },
    },
  );
  let isOver = false;
  return {
    ...{ id, header, admin, revision },
    handIn: async (report) => void (await admin.ask('POST', `rehearsals/${id}/result`, { report })),
    async end() {
      if (isOver) return;
      isOver = true;
      await admin.ask('DELETE', `rehearsals/${id}?reason=${encodeURIComponent('the rehearsal is over')}`);
    },
  };
}
