/** Remembers what became of requests that come again and again, in bounded memory: most lines of a log ask for what others asked for. */
import type { LineVerdict, LoggedRequest } from './judge-words.ts';

export interface VerdictMemory {
  find(logged: LoggedRequest): LineVerdict | undefined;
  /** Only of verdicts that hold for every client. */
  keep(logged: LoggedRequest, verdict: LineVerdict): void;
}

const MOST_VERDICTS = 4_096;
/** Longer targets are hardly ever asked for twice. */
const LONGEST_TARGET = 256;

export function createVerdictMemory(most = MOST_VERDICTS): VerdictMemory {
  /** By method and host, then by target: no text is made to look one up. */
  let branches = new Map<string, Map<string, Map<string, LineVerdict>>>();
  let size = 0;
  /** Of the line before: nearly always this one's, and comparing costs less than looking up. */
  let last = { method: '', host: '', targets: new Map<string, LineVerdict>() };

  function branchOf({ method, host }: LoggedRequest): Map<string, LineVerdict> {
    const hosts = branches.get(method) ?? new Map<string, Map<string, LineVerdict>>();
    branches.set(method, hosts);
    const targets = hosts.get(host) ?? new Map<string, LineVerdict>();
    hosts.set(host, targets);
    return targets;
  }

  return {
    find({ method, host, target }) {
      if (method === last.method && host === last.host) return last.targets.get(target);
      return branches.get(method)?.get(host)?.get(target);
    },
    keep(logged, verdict) {
      if (logged.target.length > LONGEST_TARGET) return;
      if (size >= most) {
        branches = new Map();
        size = 0;
      }
      const targets = branchOf(logged);
      targets.set(logged.target, verdict);
      last = { method: logged.method, host: logged.host, targets };
      size += 1;
    },
  };
}

/** In texts of its own: parts of a line, wherever they are remembered, would keep the whole line in memory. */
export function ownCopy({ method, host, target, clientAddress }: LoggedRequest): LoggedRequest {
  return { method: own(method), host: own(host), target: own(target), clientAddress };
}

function own(text: string): string {
  return ` ${text}`.slice(1);
}
