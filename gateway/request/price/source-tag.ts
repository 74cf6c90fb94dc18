/** Names the source of a number by a keyed tag: who reads the process's tables finds no address in them. */

/** Secrets of this process: nobody outside can tell which addresses share a tag. */
export interface TagKey {
  first: number;
  second: number;
}

/** `secret`: 8 random bytes. */
export function createTagKey(secret: Buffer): TagKey {
  return { first: secret.readInt32LE(0), second: secret.readInt32LE(4) | 1 };
}

/** 32 bits over room and network; two that share a tag are taken for one. */
export function sourceTag(key: TagKey, room: string, network: string): number {
  let hash = key.first;
  for (let at = 0; at < room.length; at++) hash = mixed(hash, room.charCodeAt(at));
  hash = mixed(hash, key.second);
  for (let at = 0; at < network.length; at++) hash = mixed(hash, network.charCodeAt(at));
  return mixed(hash, key.second) | 0;
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}

/** An IPv4 address itself; of IPv6 the /64, within which one client may take any address. */
export function networkOf(address: string): string {
  return address.includes(':') ? first64(address) : address;
}

function first64(address: string): string {
  const gap = address.indexOf('::');
  if (gap < 0) return address.split(':', 4).join(':');
  const before = gap === 0 ? [] : address.slice(0, gap).split(':');
  const after = address.length === gap + 2 ? [] : address.slice(gap + 2).split(':');
  const zeros = new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
