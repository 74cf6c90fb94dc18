/** Keeps a rehearsal from production behind another name: what leads to the same address and port is the same place, whatever it is called. */
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { Settings } from '../../../config/settings.ts';
import { type Place, placeOf, plainHost } from './place.ts';
import type { NamedTarget, Railed } from './words.ts';

/** All addresses of a host; rejects where it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const PATIENCE_MS = 5_000;

/** Sends nothing but questions to the name service. Stagings that share an edge with production have to say so. */
export async function judgeAddresses(
  target: NamedTarget,
  { launches }: Pick<Settings, 'launches'>,
  resolve: Resolve = lookedUp,
): Promise<Railed> {
  const place = placeOf(target.url);
  const at = place && (await addressesOf(place, resolve));
  if (place === null || at === null) return { kind: 'refused', because: unresolved(target) };
  if (target.production) return { kind: 'allowed' };
  for (const { name, addresses } of launches)
    for (const address of addresses) {
      const launched = placeOf(address);
      if (launched === null || launched.port !== place.port) continue;
      // A name that nobody knows yet leads nowhere, so not to the target either.
      const same = (await addressesOf(launched, resolve))?.find((one) => at.includes(one));
      if (same !== undefined) return { kind: 'refused', because: sentence(target, launched, same, name) };
    }
  return { kind: 'allowed' };
}

/** Null: the name is not known. Every address of this machine is `localhost`. */
async function addressesOf({ host }: Place, resolve: Resolve): Promise<readonly string[] | null> {
  if (host === 'localhost') return [host];
  const own = new Set(
    Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .map(({ address }) => address),
  );
  const found = await resolve(host).catch((): string[] => []);
  const addresses = found.map((address) => (own.has(address) ? 'localhost' : plainHost(address)));
  return addresses.length === 0 ? null : addresses;
}

async function lookedUp(host: string): Promise<string[]> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('the name service did not answer')), PATIENCE_MS).unref();
  });
  const found = await Promise.race([lookup(host, { all: true }), late]);
  return found.map(({ address }) => address);
}

function unresolved({ name, url }: NamedTarget): string {
  return `target ${name} (${url}) has a host whose name leads nowhere: nobody can tell whether it is production; correct rehearsal.targets.${name}.url`;
}

function sentence(
  { name, url }: NamedTarget,
  { host, port }: Place,
  address: string,
  launch: string,
): string {
  return `target ${name} (${url}) leads to ${address}, port ${port}, as ${host} does, where real visitors of the launch ${JSON.stringify(launch)} come; rehearse with a copy of the platform, or say rehearsal.targets.${name}.production: true`;
}
