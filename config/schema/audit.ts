/** The coverage audit: what counts as a finding, and what is asked from outside. */
import { Type } from 'typebox';
import { integer, MOST, section } from './words.ts';

export const Audit = section({
  leastShare: Type.Number({
    default: 0.02,
    minimum: 0,
    maximum: 1,
    description: 'share of the platform’s traffic from which an address outside of its line is a finding',
  }),
  leastRequests: integer(20, 1, 'requests within the window (60 s) below which nothing is a finding'),
  probe: section({
    everySeconds: integer(5, 1, 'time between two rounds of probes of the launches’ addresses', MOST.seconds),
    timeoutMs: integer(3000, 100, 'time until a probe counts as failed', MOST.ms),
    platform: Type.Array(Type.String({ format: 'uri' }), {
      default: [],
      description: 'the platform’s own addresses, which must refuse who does not come through the gate',
    }),
  }),
  observerSilentSeconds: integer(
    30,
    1,
    'time without a word of any observer after which its part of the coverage is unknown',
    MOST.seconds,
  ),
});
