/** Recognises the public addresses of launches: the same host, the same path, and every key of the address with its value, in any case and order. */
import { strangersRoom } from '../../config/route.ts';
import type { Settings } from '../../config/settings.ts';
import { otherRoom, roomKey } from '../../config/template.ts';
import { Likely } from './likely.ts';
import type { NamedRoom } from './named-room.ts';
import { type Pair, readPairs } from './read-pairs.ts';
import type { SeenRequest } from './words.ts';

interface Address {
  wanted: readonly Pair[];
  named: NamedRoom;
}

export function compileLaunches(
  settings: Settings,
): (seen: SeenRequest, pairs: readonly Pair[]) => NamedRoom | null {
  const byHost = addressesByHost(settings);
  const likely = new Likely();
  for (const host of byHost.keys()) likely.add(host);
  return (seen, pairs) => {
    if (!likely.has(seen.host, 0, seen.host.length)) return null;
    const addresses = byHost.get(seen.host)?.get(plainPath(seen.path));
    if (addresses === undefined) return null;
    const asked = addresses.find(({ wanted }) => wanted.every((want) => isSent(want, pairs)));
    return asked?.named ?? null;
  };
}

function addressesByHost(settings: Settings): Map<string, Map<string, Address[]>> {
  const byHost = new Map<string, Map<string, Address[]>>();
  for (const { room, addresses } of settings.launches)
    for (const address of addresses) {
      const { hostname, pathname, search } = new URL(address);
      const byPath = byHost.get(hostname) ?? new Map<string, Address[]>();
      const path = plainPath(pathname);
      const wanted = readPairs(search.slice(1));
      byPath.set(path, [...(byPath.get(path) ?? []), { wanted, named: namedOf(room, settings) }]);
      byHost.set(hostname, byPath);
    }
  return byHost;
}

function namedOf(room: string, settings: Settings): NamedRoom {
  const template = roomKey(room, Object.keys(settings.rooms));
  const other = template === null || template === room ? null : otherRoom(template);
  return { room: strangersRoom(settings, room) ?? room, other };
}

function isSent({ key, value }: Pair, sent: readonly Pair[]): boolean {
  return sent.some((pair) => pair.key === key && pair.value.toLowerCase() === value.toLowerCase());
}

/** A slash at the end makes no other page on most platforms. */
function plainPath(path: string): string {
  const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  return bare.toLowerCase();
}
