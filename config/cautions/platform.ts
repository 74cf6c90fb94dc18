/** Ways to the platform that would loop, or trust whom they should not. */
import type { Caution } from './caution.ts';

const HERE = /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])$/;

export const upstreamLoops: Caution = function* ({ upstreams, listen }) {
  for (const [name, { targets }] of Object.entries(upstreams))
    for (const [index, { url }] of targets.entries()) {
      const { hostname, port, protocol } = new URL(url);
      const number = Number(port || (protocol === 'https:' ? 443 : 80));
      if (number !== listen.gateway.port || !HERE.test(hostname)) continue;
      yield {
        path: ['upstreams', name, 'targets', index],
        rule: 'upstream-loop',
        text: `${url} is the gateway’s own port: requests would go round in a circle`,
      };
    }
};

export const unverifiedUpstreams: Caution = function* ({ upstreams }) {
  for (const [name, { targets, tls }] of Object.entries(upstreams))
    if (!tls.verify && targets.some(({ url }) => url.startsWith('https:')))
      yield {
        path: ['upstreams', name, 'tls', 'verify'],
        rule: 'upstream-unverified',
        text: 'false takes anybody for the platform; name its authority in tls.ca instead',
      };
};

export const trustedEverybody: Caution = function* ({ listen }) {
  for (const [index, network] of listen.trustedProxies.entries())
    if (network.endsWith('/0'))
      yield {
        path: ['listen', 'trustedProxies', index],
        rule: 'trusts-everybody',
        text: `${network} lets every client write its own address: rules by network mean nothing`,
      };
};

export const urlLimits: Caution = function* ({ listen }) {
  if (listen.maxUrlBytes >= listen.maxHeaderBytes)
    yield {
      path: ['listen', 'maxUrlBytes'],
      rule: 'url-over-header',
      text: `${listen.maxUrlBytes} is not below listen.maxHeaderBytes (${listen.maxHeaderBytes}), which counts the target, too`,
    };
};
