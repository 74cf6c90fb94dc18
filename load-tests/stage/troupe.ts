/** All that a stage starts and writes down: children and one folder, gone when it is struck, when the process ends, and when it is told to stop. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild, startProgram } from '../child-process.ts';

export interface Troupe {
  readonly folder: string;
  /** A script of this project. Throws once it was told to stop. */
  run(script: string, args?: readonly string[], env?: NodeJS.ProcessEnv): Child;
  /** Any program, in a folder. */
  runProgram(command: string, args: readonly string[], folder: string): Child;
  /** Called before the children are killed. */
  atEnd(end: () => void): void;
  strike(): Promise<void>;
}

export async function gatherTroupe(signal: AbortSignal): Promise<Troupe> {
  const folder = await mkdtemp(join(tmpdir(), 'headgate-stage-'));
  const children = new Set<Child>();
  const ends: (() => void)[] = [];
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  let isOver = false;
  const keep = (child: Child) => {
    children.add(child);
    void child.ended.then(() => children.delete(child));
    return child;
  };
  const mayStart = () => {
    signal.throwIfAborted();
    if (isOver) throw new Error('the stage was struck');
  };
  return {
    folder,
    run(script, args, env) {
      mayStart();
      return keep(startChild(script, args, { ...withoutOurs(), ...env }, 'own'));
    },
    runProgram(command, args, cwd) {
      mayStart();
      return keep(startProgram(command, args, withoutOurs(), cwd, 'own'));
    },
    atEnd: (end) => void ends.push(end),
    async strike() {
      isOver = true;
      for (const end of ends.splice(0)) end();
      await Promise.all([...children].map((child) => child.kill()));
      await rm(folder, { recursive: true, force: true });
      process.off('exit', removeNow);
    },
  };
}

/** What says where a real deployment keeps its line, its keys and its configuration must not reach a demo. */
function withoutOurs(): NodeJS.ProcessEnv {
  const ours = Object.keys(process.env).filter((name) => name.startsWith('HEADGATE_'));
  return Object.fromEntries(ours.map((name) => [name, undefined]));
}

/** A port that nobody listens on, as far as one can know. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
