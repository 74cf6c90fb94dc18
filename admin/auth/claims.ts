/** Reads role and rooms from the claims of an issuer's token. Pure. */
import type { Role } from '../words.ts';
import { ROLES } from './roles.ts';

export interface ClaimNames {
  rolesClaim: string;
  roomsClaim: string;
}

/** The highest role that is named; null: none. Rooms are an organiser's; null: all. */
export function readClaims(
  claims: Record<string, unknown>,
  { rolesClaim, roomsClaim }: ClaimNames,
): { role: Role; rooms: string[] | null } | null {
  const named = textsOf(claimAt(claims, rolesClaim));
  const role = ROLES.findLast((one) => named.includes(one));
  if (role === undefined) return null;
  return { role, rooms: role === 'organiser' ? textsOf(claimAt(claims, roomsClaim)) : null };
}

/** By its whole name first: issuers use addresses as names. Else by its way, such as `realm_access.roles`. */
function claimAt(claims: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let at: unknown = claims;
  for (const key of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** A list, or words with blanks or commas between. */
function textsOf(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.filter((one) => typeof one === 'string');
  return typeof claim === 'string' ? claim.split(/[\s,]+/).filter((word) => word !== '') : [];
}
