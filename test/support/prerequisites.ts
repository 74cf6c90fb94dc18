/** The step before the tests: installs what they need beyond npm where it may, and elsewhere names it and stops. Never a silent skip. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findTool, TOOLS, type Tool } from './tools.ts';

/** What the step needs to know of, and may do to, the machine. */
export interface Machine {
  has(tool: Tool): boolean;
  /** Whether packages may be installed: root on Debian or a child of it. */
  mayInstall(): boolean;
  /** Installs Debian packages; says whether that went well. */
  install(packages: readonly string[]): boolean;
  say(text: string): void;
}

/** Whether everything is there, perhaps only now. */
export function provide(tools: readonly Tool[], machine: Machine): boolean {
  const missing = tools.filter((tool) => !machine.has(tool));
  if (missing.length === 0) return true;
  const names = missing.map((tool) => tool.name);
  if (machine.mayInstall()) {
    machine.say(`installing ${names.join(', ')} for the tests`);
    machine.install(names);
  }
  const stillMissing = missing.filter((tool) => !machine.has(tool));
  for (const tool of stillMissing) machine.say(`missing: ${tool.name}, needed for ${tool.neededFor}`);
  if (stillMissing.length > 0)
    machine.say(
      `install with: apt-get install ${names.join(' ')} (or your system's packages of these names)`,
    );
  return stillMissing.length === 0;
}

const thisMachine: Machine = {
  has: (tool) => findTool(tool) !== null,
  mayInstall: () => process.getuid?.() === 0 && existsSync('/etc/debian_version'),
  install: (packages) => aptGet('update') && aptGet('install', '-y', '--no-install-recommends', ...packages),
  say: (text) => console.error(text),
};

function aptGet(...args: string[]): boolean {
  // RUNLEVEL=1 keeps packages from starting their servers: the tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
}

if (import.meta.main && !provide(Object.values(TOOLS), thisMachine)) process.exitCode = 1;
