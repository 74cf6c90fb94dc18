/** The admin process as the gateway's start sees it: handed in, because the gateway knows nothing of the admin's parts. */
import type { LoadResult } from '../../config/load.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../observe/logger.ts';
import type { Reloaded } from '../reload.ts';
import type { ControlLink } from './link.ts';

export interface AdminProcess {
  /** Origin of its API; null while its port is taken by somebody else. */
  url(): string | null;
  /** A configuration file that was read again becomes a revision, where it says anything new. Never rejects. */
  takeFile(loaded: LoadResult): Promise<Reloaded>;
  /** Path of a file with a token for an observer on this host, made where it is missing. Throws HeadgateError. */
  observerToken(): Promise<string>;
  /** Prometheus text. */
  metrics(): string;
  close(): Promise<void>;
}

export interface AdminStart {
  loaded: Extract<LoadResult, { ok: true }>;
  /** Null: without a configuration file. */
  file: string | null;
  env: NodeJS.ProcessEnv;
  link: ControlLink;
  /** Host and process, for whoever wants to know which admin process runs. */
  name: string;
  /** Without gateways in this process. */
  isAlone: boolean;
  clock: Clock;
  log: Log;
}

/** Throws HeadgateError: HG_ADMIN_RUNNING, HG_CONFIG, HG_DATA_UNWRITABLE. */
export type StartAdmin = (start: AdminStart) => Promise<AdminProcess>;
