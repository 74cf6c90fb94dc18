import { expect, test } from 'vitest';
import { type Machine, provide } from './prerequisites.ts';
import { findTool, TOOLS } from './tools.ts';

/** A machine with these packages, on which others can, or cannot, be installed. */
function machineWith(installed: string[], mayInstall: boolean, installs: boolean) {
  const present = new Set(installed);
  const said: string[] = [];
  const asked: string[][] = [];
  const machine: Machine = {
    has: ({ name }) => present.has(name),
    mayInstall: () => mayInstall,
    install(packages) {
      asked.push([...packages]);
      if (installs) for (const name of packages) present.add(name);
      return installs;
    },
    say: (text) => said.push(text),
  };
  return { machine, said, asked };
}

const tools = Object.values(TOOLS);
const allBut = (...missing: string[]) =>
  tools.map(({ name }) => name as string).filter((name) => !missing.includes(name));

test('a machine that has everything is left alone', () => {
  const { machine, said, asked } = machineWith(allBut(), true, true);
  expect(provide(tools, machine)).toBe(true);
  expect([said, asked]).toEqual([[], []]);
});

test('what is missing is installed where that is allowed', () => {
  const { machine, asked } = machineWith(allBut('redis-server', 'nginx'), true, true);
  expect(provide(tools, machine)).toBe(true);
  expect(asked).toEqual([['redis-server', 'nginx']]);
});

test.each([
  [false, false],
  [true, false],
])('what stays missing is named, and stops the tests (may install: %s)', (mayInstall, installs) => {
  const { machine, said } = machineWith(allBut('redis-server'), mayInstall, installs);
  expect(provide(tools, machine)).toBe(false);
  expect(said).toContain('missing: redis-server, needed for the Redis store');
  expect(said.at(-1)).toContain('apt-get install redis-server');
});

test('a tool is found on the path, and its absence is null', () => {
  const node = { name: 'node', commands: ['no-such-command', 'node'], neededFor: 'this' };
  expect(findTool(node)).toMatch(/\/node$/);
  expect(findTool({ ...node, commands: ['no-such-command'] })).toBeNull();
});
