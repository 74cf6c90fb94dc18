/** A bare forwarding gate as a process of its own, so that its memory can be measured; tells its port and, when asked, its resident size. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UpstreamSettings } from '../../config/settings.ts';
import { systemClock } from '../../gateway/clock.ts';
import { createForwarder } from '../../gateway/forward/forwarder.ts';

const platform: UpstreamSettings = {
  targets: [{ url: process.argv[2]!, weight: 1 }],
  maxConnections: 16,
  timeouts: { connectMs: 2_000, headersMs: 60_000, bodyMs: 60_000 },
  health: { path: null, intervalMs: 2_000, failures: 3 },
  rampSeconds: 0,
  build: null,
  tls: { verify: true, ca: null },
};
const log = { say: () => {} };
const forwarder = createForwarder({
  upstreams: { platform },
  maxBodyBytes: 2 ** 40,
  clock: systemClock,
  log,
});

const server = createServer((request, response) => {
  void forwarder.forward(request, response, {
    upstream: 'platform',
    method: request.method!,
    target: request.url!,
    authority: 'platform.example',
    scheme: 'http',
    clientAddress: '127.0.0.1',
    trustForwarded: false,
    rank: { class: 'registration', inside: false, room: null },
    add: [],
    cookiePrefix: 'hg',
    onAnswer: () => ({ headers: [], private: false }),
  });
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send!({ residentBytes: process.memoryUsage.rss() }));
process.on('disconnect', () => process.exit(0));
