/** `headgate keys`: signing keys of tickets, passes and stamps. */
import type { Command } from 'commander';
import type { KeysPlace } from '../keys-folder.ts';

type KeyCommands = typeof import('../request/key-commands.ts');

export function addKeys(program: Command, env: NodeJS.ProcessEnv, wallMs: () => number): Command {
  const keys = program
    .command('keys')
    .description('signing keys of tickets, passes and stamps')
    .option(
      '-c, --config <file>',
      'configuration whose keys.path counts (else HEADGATE_CONFIG, else HEADGATE_DATA/keys)',
    );
  const onKeys = (act: (place: KeysPlace, by: KeyCommands) => Promise<string[]>) => async () => {
    const [{ keysPlace }, by] = await Promise.all([
      import('../keys-folder.ts'),
      import('../request/key-commands.ts'),
    ]);
    const place = keysPlace(keys.opts<{ config?: string }>().config, env);
    for (const line of await act(place, by)) console.log(line);
  };
  keys
    .command('new')
    .description('make keys that verify, and sign once rotated to')
    .action(onKeys(({ folder }, { newKeys }) => newKeys(folder, wallMs())));
  keys
    .command('rotate')
    .description('sign with the newest keys from now on; with Redis once every live gateway holds them')
    .option('--force', 'with Redis: also where a live gateway lacks them; it is not ready then')
    .action((options: { force?: boolean }) =>
      onKeys(async (place) => {
        const { rotateAnywhere } = await import('../rotate-keys.ts');
        return rotateAnywhere(place, options.force === true);
      })(),
    );
  keys
    .command('list')
    .description('list the keys and what each is for')
    .action(onKeys(({ folder }, { listKeys }) => listKeys(folder)));
  keys
    .command('retire')
    .description('remove a key; its tokens are worth nothing then')
    .argument('<kid>', 'key id')
    .action((kid: string) => onKeys(({ folder }, { retireKey }) => retireKey(folder, kid))());

  return keys;
}
