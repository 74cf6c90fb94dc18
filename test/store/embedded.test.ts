import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedStore, type EmbeddedStore } from '../../gateway/store/embedded.ts';
import { storeContract } from './contract.ts';
import type { OpenedStore } from './contract-stage.ts';
import { handClock } from './hand-clock.ts';

storeContract('embedded', async (): Promise<OpenedStore> => {
  const home = mkdtempSync(join(tmpdir(), 'hg-store-'));
  const clock = handClock();
  const opened: EmbeddedStore[] = [];
  let folder = join(home, '0');
  const open = async () => {
    const store = createEmbeddedStore({ path: folder, clock, log: () => undefined });
    opened.push(store);
    await store.start();
    return store;
  };
  let store = await open();
  return {
    get store() {
      return store;
    },
    clock,
    async restart(kind) {
      const before = folder;
      if (kind === 'clean') await store.stop();
      // What lies on the disk at this moment is what a kill would leave; the other one goes on in its own folder.
      folder = join(home, String(opened.length));
      mkdirSync(folder);
      for (const name of readdirSync(before).filter((file) => file !== 'store.lock')) {
        cpSync(join(before, name), join(folder, name));
      }
      store = await open();
    },
    async close() {
      for (const each of opened) await each.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
});
