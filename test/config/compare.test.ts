/** Laws of the comparison between a file and the configuration in force. */
import { expect, it } from 'vitest';
import { compareConfigs } from '../../config/compare.ts';
import { parseConfig } from '../../config/load.ts';
import { applyPins } from '../../config/pins.ts';
import { complete } from './marked-files.ts';

const read = (text: string, pins: { path: string; value: unknown }[] = []) => {
  const loaded = parseConfig(
    complete(text),
    'deploy.yaml',
    {},
    {
      amend: (written) => void applyPins(written, pins),
    },
  );
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return loaded;
};
const differences = (inFile: string, active: string, pins: { path: string; value: unknown }[] = []) =>
  compareConfigs(read(inFile), read(active, pins).config);

const RULES = `rules:
  - { name: assets, match: { path: /assets/* }, action: bypass }
  - name: middleware 1.5
    match: { path: /mw/* }
    room: platform
    enabled: true
`;

it('finds nothing between a file and itself, however it is written', () => {
  expect(differences(RULES, `${RULES}log: { level: info }\n`)).toEqual([]);
});

it('names file, line and both values of what a pin changes', () => {
  expect(differences(RULES, RULES, [{ path: 'rules.middleware 1.5.enabled', value: false }])).toEqual([
    { path: 'rules.middleware 1.5.enabled', file: 'deploy.yaml', line: 6, inFile: true, active: false },
  ]);
});

it('names the line of the rule where the value itself is not written', () => {
  const text = RULES.replace('    enabled: true\n', '');
  const [found] = differences(text, RULES, [{ path: 'rules.middleware 1.5.enabled', value: false }]);
  expect(found).toMatchObject({ path: 'rules.middleware 1.5.enabled', line: 3, inFile: true, active: false });
});

it('tells rules by name: one more, one less, and others in their places', () => {
  const other = `${RULES}  - { name: late, room: platform }\n`;
  expect(differences(other, RULES)).toMatchObject([
    { path: 'rules.late', line: 7, inFile: { name: 'late' }, active: null },
  ]);
  expect(differences(RULES, other)).toMatchObject([
    { path: 'rules.late', line: 1, inFile: null, active: { name: 'late' } },
  ]);
});

it('tells another order of the same rules as such', () => {
  const [first, second] = ['  - { name: a, room: platform }\n', '  - { name: b, room: platform }\n'];
  expect(differences(`rules:\n${first}${second}`, `rules:\n${second}${first}`)).toEqual([
    { path: 'rules', file: 'deploy.yaml', line: 2, inFile: ['a', 'b'], active: ['b', 'a'] },
  ]);
});

it('leaves out the number and what a gateway takes from its own file alone', () => {
  const own = 'revision: 7\nprefix: /.gate\nlisten: { gateway: { port: 9999 } }\nkeys: { path: /k }\n';
  expect(differences(own, '')).toEqual([]);
  expect(differences('keys: { ticketHours: 5 }\n', '')).toMatchObject([
    { path: 'keys.ticketHours', line: 1, inFile: 5, active: 48 },
  ]);
});
