/** A traffic counter under a clock that is moved by hand, with requests that are like one another but for what a test says. */
import { parseConfig } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import { createTraffic } from '../../gateway/audit/traffic.ts';
import type { SeenRequest } from '../../gateway/audit/words.ts';

export const CONFIG = `
upstreams: { platform: { targets: ["http://127.0.0.1:9000"] } }
rooms:
  "event-{eventid}": { limits: { sessions: 50 } }
  platform: { limits: { sessions: 200 } }
rules:
  - { name: assets, match: { path: /assets/* }, action: bypass, class: asset }
  - { name: health, match: { path: /health }, action: bypass }
  - { name: staff, match: { path: /admin/* }, action: bypass, class: staff }
  - { name: api, match: { path: /api/* }, room: platform, class: api }
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
launches:
  - { name: summit, room: event-4711, opensAt: 2026-12-01T15:00:00Z, addresses: ["https://register.example.com/ereg/newreg.php?eventid=4711&lang=en"] }
`;

export function settingsOf(config = CONFIG): Settings {
  const loaded = parseConfig(config, 'headgate.yaml', {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.settings;
}

/** A forwarded GET that no rule matched. */
export function seen(words: Partial<SeenRequest> = {}): SeenRequest {
  return {
    ...{ method: 'GET', host: 'www.example.com', path: '/', query: '' },
    ...{ room: 'platform', label: 'platform', rule: null, class: 'registration', state: 'allowed' },
    ...{ status: 200, forwarded: true, ms: 0 },
    ...words,
  };
}

/** Judged by the rule for events. */
export const inEvent = (id: string, words: Partial<SeenRequest> = {}) =>
  seen({
    ...{ path: '/ereg/newreg.php', query: `eventid=${id}`, rule: 'event', state: 'admitted' },
    ...{ room: `event-${id}`, label: `event-${id}` },
    ...words,
  });

export const bypassed = (rule: string, words: Partial<SeenRequest> = {}) =>
  seen({ room: null, label: 'bypass', state: 'bypassed', rule, ...words });

export function trafficAt(settings = settingsOf()) {
  const clock = { nowMs: 1_000_000, monotonicMs: () => clock.nowMs };
  let drawn = 0;
  // Any order does; the same each time.
  const random = () => (drawn = (drawn * 16_807 + 0.137) % 1);
  const traffic = createTraffic({ clock, settings, random });
  return { traffic, clock };
}
