/** The shapes of coverage, findings and observations, as the API's reference tells them and as bodies are judged. */
import { Type } from 'typebox';

const nullable = <T>(type: 'string' | 'number', description: string) =>
  Type.Unsafe<T | null>({ type: [type, 'null'], description });
const choice = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });
const count = (description: string) => Type.Number({ minimum: 0, description });
const Time = (description: string) => Type.String({ format: 'date-time', description });
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

const State = choice(['green', 'red', 'unknown'], 'unknown: nobody watches there, which is never green');

const Evidence = Type.Object({
  host: nullable<string>('string', 'null: no host in particular'),
  pathShape: nullable<string>('string', 'path with ids folded: /events/{id}'),
  share: share('of the platform’s requests: this address and the pages that follow from it'),
  addressShare: share('of the platform’s requests: this address alone'),
  requestsPerMinute: count('this address alone'),
  examples: Type.Array(Type.String(), { description: 'as seen, with the values alone that name rooms' }),
  networks: Type.Optional(Type.Array(Type.String(), { description: 'keyed tags of client networks' })),
});

const ProposedRule = Type.Object({
  yaml: Type.String({ description: 'one entry of `rules`' }),
  before: nullable<string>('string', 'name of the rule behind it; null: it is the last'),
  config: Type.String({ description: 'the whole configuration with it: the body of POST /v1/revisions' }),
  summary: Type.String(),
});

export const FindingShape = Type.Object(
  {
    id: Type.String(),
    key: Type.String({ description: 'the same as long as it is the same finding, over restarts too' }),
    kind: choice(
      [
        'launch-address-uncovered',
        'event-outside-room',
        'capture-without-room',
        'unqueued-surge',
        'launch-without-traffic',
        'around-the-gate',
        'stamp-wrong',
        'probe-not-gated',
        'probe-direct-path-open',
      ],
      'what was found; docs/operating.md tells what to do',
    ),
    severity: choice(['critical', 'warning', 'info'], ''),
    summary: Type.String({ description: 'a sentence for people' }),
    evidence: Evidence,
    room: nullable<string>('string', 'the line that the traffic belongs into'),
    firstSeen: Time('when it was found'),
    lastSeen: Time('when it was found last'),
    resolvedAt: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      format: 'date-time',
      description: 'null: open',
    }),
    proposedRule: Type.Unsafe<unknown>({
      anyOf: [ProposedRule, { type: 'null' }],
      description: 'what would mend it',
    }),
  },
  { description: 'a finding of the coverage audit' },
);

const GatePart = Type.Object({
  state: State,
  requests: count('within the window'),
  unqueuedShare: share('of what the platform got through the gate: belongs into a line, and was in none'),
  byAddress: Type.Array(
    Type.Object({
      host: Type.String(),
      pathShape: Type.String(),
      room: nullable<string>('string', 'null: bypassed or refused'),
      outcome: Type.String({ description: '`headgate-state`' }),
      requests: count('within the window'),
      share: share('of all requests'),
    }),
    { description: 'the busiest, at most 100' },
  ),
});

const PlatformPart = Type.Object({
  state: State,
  stamped: count('came through the gate, or an edge that verified their pass'),
  unstamped: count('came around it'),
  refused: count('of them, refused by the observer'),
  unknown: count('could not be judged: an observer lacks its keys'),
  observers: Type.Integer({ minimum: 0 }),
});

const Probe = Type.Object({
  target: choice(['launch', 'platform'], 'platform: an address that must refuse who comes around the gate'),
  address: Type.String({ description: 'without query' }),
  launch: nullable<string>('string', 'whose address it is'),
  room: nullable<string>('string', ''),
  state: State,
  detail: Type.String({ description: 'what was seen' }),
  at: Time('when it was asked'),
});

export const CoverageShape = Type.Object(
  {
    at: Time('of this answer'),
    windowSeconds: Type.Number({ description: 'how far the gate’s part looks back' }),
    gate: GatePart,
    platform: PlatformPart,
    outside: Type.Object({ state: State, probes: Type.Array(Probe) }),
    findings: Type.Array(FindingShape, { description: 'the open ones, the most severe first' }),
  },
  { description: 'how much of the platform’s traffic goes through its line' },
);

const strings = (maxItems: number, maxLength: number, description: string) =>
  Type.Array(Type.String({ maxLength }), { maxItems, description });

const ObservedAddress = Type.Object({
  host: Type.String({ maxLength: 255 }),
  pathShape: Type.String({ maxLength: 1024 }),
  requests: count(''),
  unstamped: count(''),
  refused: count(''),
  networks: strings(20, 64, 'keyed tags of the networks that unstamped requests came from'),
  methods: strings(20, 64, ''),
  examples: strings(10, 1024, 'path shapes'),
});

export const ObservationShape = Type.Object(
  {
    observer: Type.String({
      pattern: '^[A-Za-z0-9._~-]{1,64}$',
      description: 'the same for the life of the process',
    }),
    version: Type.String({ maxLength: 64 }),
    at: Time('end of the window'),
    windowSeconds: Type.Number({ minimum: 0, maximum: 86_400 }),
    requests: count(''),
    stamped: count(''),
    passed: count(''),
    unstamped: count(''),
    allowed: count(''),
    unknown: count(''),
    refused: count(''),
    wrong: Type.Object({ malformed: count(''), unknownKey: count(''), forged: count(''), clock: count('') }),
    byAddress: Type.Array(ObservedAddress, { maxItems: 500 }),
    others: Type.Object({ requests: count(''), unstamped: count('') }),
  },
  {
    description: 'what an observer within the platform saw in its window; the latest replaces the one before',
  },
);
