/** Puts together what each gateway reports of automatic protection: orders are the same for all, requests in flight add up. Pure. */
import type {
  GatewayReport,
  ProtectionReport,
  RoomProtection,
  UpstreamProtection,
} from '../../gateway/control/words.ts';

type Upstream = Omit<UpstreamProtection, 'inFlightShare'> & {
  /** By gateway; null: it is held to nothing. */
  shares: Record<string, number | null>;
};

export interface ProtectionView {
  mode: ProtectionReport['mode'] | 'unknown';
  gateways: { gateway: string; together: number; alone: number }[];
  upstreams: Upstream[];
  rooms: RoomProtection[];
}

/** Reports, the newest first: of what should be the same everywhere, the newest is told. */
export function mergeProtection(reports: readonly GatewayReport[]): ProtectionView {
  const upstreams = new Map<string, Upstream>();
  const rooms = new Map<string, RoomProtection>();
  const gateways: ProtectionView['gateways'] = [];
  for (const { gateway, protection } of reports) {
    if (protection === undefined) continue;
    gateways.push({ gateway, ...protection.decided });
    for (const one of protection.upstreams) addUpstream(upstreams, gateway, one);
    for (const one of protection.rooms) if (!rooms.has(one.room)) rooms.set(one.room, one);
  }
  return {
    mode: reports.find(({ protection }) => protection)?.protection?.mode ?? 'unknown',
    gateways: gateways.sort((a, b) => (a.gateway < b.gateway ? -1 : 1)),
    upstreams: [...upstreams.values()],
    rooms: [...rooms.values()].sort((a, b) => (a.room < b.room ? -1 : 1)),
  };
}

function addUpstream(
  upstreams: Map<string, Upstream>,
  gateway: string,
  { inFlightShare, ...one }: UpstreamProtection,
): void {
  const known = upstreams.get(one.upstream);
  if (known === undefined) upstreams.set(one.upstream, { ...one, shares: { [gateway]: inFlightShare } });
  else {
    known.inFlight += one.inFlight;
    known.queued += one.queued;
    known.shares[gateway] = inFlightShare;
  }
}
