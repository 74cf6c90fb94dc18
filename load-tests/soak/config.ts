/** The configuration of the soaked gateways: a room with a steady line, and times so short that all that ends has ended many times over. */

export const LIMITS = { sessions: 40, admissionsPerMinute: 240 };

export function soakConfig(platform: string, redis: string, keys: string): string {
  return `
listen: { gateway: { host: 127.0.0.1 } }
log: { samplePerSecond: 1 }
drain: { delaySeconds: 0 }
# Everybody comes from one address.
protection: { joins: { perClientPerMinute: null } }
upstreams: { platform: { targets: ["${platform}"] } }
store: { kind: redis, url: "${redis}" }
keys: { path: "${keys}", ticketHours: 1 }
rooms:
  "event-{eventid}":
    limits: { sessions: ${LIMITS.sessions}, admissionsPerMinute: ${LIMITS.admissionsPerMinute} }
    claimSeconds: 32
    session: { idleSeconds: 20, maxSeconds: 120 }
  site: { limits: { sessions: 1000 }, session: { idleSeconds: 20, maxSeconds: 120 } }
rules:
  - { name: assets, match: { path: /assets/*, methods: [GET, HEAD] }, action: bypass, class: asset }
  - { name: registration, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
  - { name: api, match: { path: /api/* }, room: site, class: api }
default: { room: site, upstream: platform }
`;
}
