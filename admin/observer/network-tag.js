/** Names a client's network without naming the client: a keyed tag of its IPv4 /24 or IPv6 /48, of which nobody can work back to the address. */
import { createHmac } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

const TAG_CHARS = 8;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Tag of 8 hex digits; null for what is no address. */
export function networkTag(address, key) {
  const network = networkOf(address);
  if (network === null) return null;
  return createHmac('sha256', key).update(network).digest('hex').slice(0, TAG_CHARS);
}

function networkOf(address) {
  const bare = withoutZone(address);
  const plain = MAPPED.exec(bare)?.[1] ?? bare;
  if (isIPv4(plain)) return `4 ${plain.slice(0, plain.lastIndexOf('.'))}`;
  return isIPv6(plain) ? `6 ${firstGroups(plain).join(':')}` : null;
}

function withoutZone(address) {
  const zone = address.indexOf('%');
  return zone === -1 ? address : address.slice(0, zone);
}

/** The first three groups, 48 bits, as numbers. `::` stands for as many zeros as are missing; a dotted end for two groups. */
function firstGroups(address) {
  const [head, tail] = address.split('::');
  const before = groupsIn(head);
  const after = tail === undefined ? [] : groupsIn(tail);
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array(zeros).fill(0), ...after].slice(0, 3);
}

function groupsIn(text) {
  if (text === '') return [];
  return text.split(':').flatMap((group) => (group.includes('.') ? [0, 0] : [Number.parseInt(group, 16)]));
}
