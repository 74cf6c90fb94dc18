/** The one source of the configuration's shape, types, defaults and reference page, as JSON Schema. */
import { type Static, Type } from 'typebox';

/** Rooms' names after captures are filled in, and what a capture may hold. */
export const ROOM_NAME = /^[A-Za-z0-9_~-]{1,64}$/;
export const CAPTURE_VALUE = /^[A-Za-z0-9_-]{1,64}$/;
const ROOM_TEMPLATE = '^[A-Za-z0-9_~{}-]{1,128}$';

const closed = { additionalProperties: false } as const;

function object<T extends Parameters<typeof Type.Object>[0]>(properties: T, options: object = {}) {
  return Type.Object(properties, { ...closed, default: {}, ...options });
}
function nullable<T>(type: string, options: object = {}) {
  return Type.Unsafe<T | null>({ type: [type, 'null'], default: null, ...options });
}
function integer(fallback: number, minimum: number, description: string, maximum?: number) {
  return Type.Integer({
    default: fallback,
    minimum,
    description,
    ...(maximum === undefined ? {} : { maximum }),
  });
}
function choice<const T extends string>(values: readonly T[], fallback: T, description: string) {
  return Type.Unsafe<T>({ type: 'string', enum: values, default: fallback, description });
}

const port = (fallback: number, description: string) => integer(fallback, 0, description, 65535);
const address = (host: string, number: number, what: string) => ({
  host: Type.String({ default: host, minLength: 1, description: `address that ${what} listens on` }),
  port: port(number, `port that ${what} listens on; 0 takes a free one`),
});

const Listen = object({
  gateway: object({
    ...address('0.0.0.0', 8080, 'the gateway'),
    tls: Type.Optional(
      Type.Object(
        {
          cert: Type.String({ description: 'certificate chain, a PEM file; read again when it changes' }),
          key: Type.String({ description: 'private key, a PEM file' }),
        },
        closed,
      ),
    ),
  }),
  admin: object(address('127.0.0.1', 8081, 'the admin API')),
  metrics: object(address('127.0.0.1', 8082, 'metrics and health')),
  trustedProxies: Type.Array(Type.String({ format: 'network' }), {
    default: [],
    description: 'networks (CIDR or single addresses) whose x-forwarded-* and forwarded headers are believed',
  }),
  keepAliveSeconds: integer(75, 1, 'idle time of a client connection; keep it above the balancer’s'),
  headersSeconds: integer(15, 1, 'time a client has to send its request’s head'),
  requestIdleSeconds: integer(60, 1, 'time a client’s connection may be silent within a request'),
  maxConnections: integer(20000, 1, 'client connections at once; further ones are closed at once'),
  maxHeaderBytes: integer(16384, 1024, 'size of a request’s head; above it 431'),
  maxUrlBytes: integer(8192, 64, 'size of a request’s target; above it 414'),
  maxBodyBytes: integer(1073741824, 0, 'size of a request’s body; above it 413'),
});

const Target = Type.Union([
  Type.String({ format: 'origin' }),
  Type.Object(
    {
      url: Type.String({ format: 'origin' }),
      weight: integer(1, 0, 'share of the requests, relative to the other targets', 1000),
    },
    closed,
  ),
]);

const Upstream = Type.Object(
  {
    targets: Type.Array(Target, {
      minItems: 1,
      description: 'origins (scheme, host, port) of the platform’s servers; or { url, weight }',
    }),
    maxConnections: integer(256, 1, 'connections to all targets together, by this gateway process'),
    timeouts: object({
      connectMs: integer(2000, 1, 'time to connect'),
      headersMs: integer(30000, 1, 'time until the answer’s head'),
      bodyMs: integer(60000, 1, 'silence allowed within an answer’s body (event streams excepted)'),
    }),
    health: object({
      path: nullable<string>('string', {
        pattern: '^/',
        description: 'path asked to learn whether a target is well; null: passive only',
      }),
      intervalMs: integer(2000, 50, 'time between two checks'),
      failures: integer(3, 1, 'failures in a row until a target counts as down'),
    }),
    rampSeconds: integer(30, 0, 'time over which a target that came back takes up its share again'),
    tls: object({
      verify: Type.Boolean({ default: true, description: 'whether the target’s certificate is verified' }),
      ca: nullable<string>('string', {
        description: 'PEM file of the authorities to trust; null: the system’s',
      }),
    }),
  },
  closed,
);

const limit = (description: string) => nullable<number>('integer', { minimum: 0, description });

const Room = object({
  mode: choice(['act', 'observe'], 'act', 'observe forwards everything and reports who would have waited'),
  state: choice(
    ['open', 'paused', 'offline', 'ended'],
    'open',
    'state to start in, and to go to when changed by a reload',
  ),
  limits: object({
    sessions: limit('admitted visitors at once; null: no limit'),
    admissionsPerMinute: limit('admissions a minute; null: no limit'),
    seats: limit('registrations left; counts when first seen or changed, never on restart; null: no limit'),
    submitReserve: limit(
      'slots of `sessions` kept for form posts of visitors whose lease lapsed; null: 2 % of sessions, rounded down',
    ),
  }),
  session: object({
    idleSeconds: integer(600, 1, 'a session ends after this long without a request'),
    maxSeconds: integer(3600, 1, 'a session ends after this long in any case'),
    submitGraceSeconds: integer(
      600,
      0,
      'how long after a lapsed lease a form post still goes ahead of the line',
    ),
  }),
  claimSeconds: integer(
    120,
    1,
    'how long a called ticket is expected; later it is a late comer’s, first at the next free slot',
  ),
  allowance: object({
    inFlight: limit('requests without a number in flight while nobody waits; null: max(10, sessions/4)'),
  }),
  onStoreLoss: choice(['share', 'hold', 'open'], 'share', 'what newcomers get while the store is lost'),
  lanes: Type.Record(
    Type.String({ pattern: '^[a-z0-9_-]{1,32}$' }),
    Type.Integer({ minimum: 1, maximum: 1000 }),
    {
      default: { default: 1 },
      description: 'lanes by name, with their weights; `default` is always there',
    },
  ),
  known: Type.Unsafe<'any' | string[]>({
    anyOf: [
      { type: 'string', const: 'any' },
      { type: 'array', items: { type: ['string', 'integer'] } },
    ],
    default: 'any',
    description:
      'for a template: capture values that get a room of their own; all others share the room `…~other`',
  }),
  maxRooms: integer(1000, 1, 'for a template: live rooms; beyond, the room `…~other`'),
  waitStatus: Type.Unsafe<200 | 202 | 429>({
    type: 'integer',
    enum: [200, 202, 429],
    default: 200,
    description: 'status of waiting pages; never 5xx, since a cache may hand those on',
  }),
  page: object({
    title: nullable<string>('string', {
      maxLength: 200,
      description: 'name shown on the room’s pages; null: the room’s name',
    }),
    logo: nullable<string>('string', {
      description: 'image file (svg, png, jpeg, webp) shown on the room’s pages, sent within the page',
    }),
    colour: nullable<string>('string', {
      pattern: '^#[0-9a-fA-F]{6}$',
      description: 'accent colour, #rrggbb',
    }),
    templates: nullable<string>('string', {
      description: 'folder whose <page>.html files replace the built-in pages',
    }),
    frameAncestors: Type.String({
      default: "'self'",
      description: 'who may show the pages in a frame (Content-Security-Policy)',
    }),
  }),
});

const methods = Type.Array(Type.String({ pattern: '^[A-Z]+$' }), {
  default: [],
  description: 'methods, in capitals; empty: all',
});

const Rule = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'unique name' }),
    match: object({
      hosts: Type.Array(Type.String({ minLength: 1 }), {
        default: [],
        description: 'hosts; `*.h` covers subdomains of h, `{name}` captures a label; empty: all',
      }),
      path: Type.String({
        default: '/*',
        pattern: '^/',
        description: '`*` crosses slashes, `/x/*` also covers `/x`, `{name}` captures a segment',
      }),
      query: Type.Record(Type.String(), Type.String(), {
        default: {},
        description: 'query keys and the value each must have, or `{capture}`',
      }),
      methods,
      networks: Type.Array(Type.String({ format: 'network' }), {
        default: [],
        description: 'client networks; empty: all',
      }),
      caseSensitive: Type.Boolean({
        default: false,
        description: 'whether host-independent parts are compared by case',
      }),
    }),
    enabled: Type.Boolean({ default: true, description: 'whether the rule is looked at' }),
    room: Type.Optional(
      Type.String({ pattern: ROOM_TEMPLATE, description: 'room, or template with captures' }),
    ),
    action: Type.Optional(
      Type.Unsafe<'bypass'>({
        type: 'string',
        enum: ['bypass'],
        description: 'lets traffic pass unqueued, counted and audited',
      }),
    ),
    upstream: Type.Optional(Type.String({ description: 'named upstream; absent: the default’s' })),
    class: choice(
      ['registration', 'api', 'staff', 'asset'],
      'registration',
      'how it waits, and who goes first when the platform is short',
    ),
    lane: Type.String({ default: 'default', description: 'lane of the room' }),
    allowance: object({
      requestsPerMinute: limit('standing allowance that holds also while a line stands'),
      inFlight: limit('requests of the standing allowance in flight'),
    }),
    registered: Type.Unsafe<{ status: number[]; methods: string[] } | null>({
      type: ['object', 'null'],
      default: null,
      additionalProperties: false,
      required: ['status'],
      properties: {
        status: { type: 'array', minItems: 1, items: { type: 'integer', minimum: 100, maximum: 599 } },
        methods: { type: 'array', items: { type: 'string', pattern: '^[A-Z]+$' }, default: ['POST'] },
      },
      description:
        'an answer of this status to one of these methods counts as `headgate-session: registered`',
    }),
  },
  closed,
);

const Launch = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'unique name' }),
    room: Type.String({ minLength: 1, description: 'room, captures filled in' }),
    opensAt: Type.String({ format: 'date-time', description: 'when the room opens, ISO 8601' }),
    prequeueMinutes: Type.Number({
      default: 0,
      minimum: 0,
      description: 'how long before the opening arrivals get numbers without positions',
    }),
    draw: Type.Boolean({
      default: false,
      description: 'whether the order of the prequeue is drawn at the opening; else by arrival',
    }),
    addresses: Type.Array(Type.String({ format: 'uri' }), {
      default: [],
      description: 'public addresses of the launch',
    }),
    expectedPeakPerMinute: nullable<number>('integer', {
      minimum: 0,
      description: 'arrivals a minute expected at the peak',
    }),
  },
  closed,
);

const Store = Type.Object(
  {
    kind: choice(['embedded', 'redis'], 'embedded', 'embedded: one gateway process; redis: any number'),
    path: Type.Optional(
      Type.String({ description: 'embedded: folder of snapshot and journal; absent: HEADGATE_DATA' }),
    ),
    url: Type.Optional(Type.String({ pattern: '^rediss?://' })),
    sentinels: Type.Optional(Type.Array(Type.String())),
    name: Type.Optional(Type.String({ description: 'name of the master that the sentinels watch' })),
    nodes: Type.Optional(Type.Array(Type.String())),
    password: Type.Optional(Type.String()),
    tls: Type.Optional(
      Type.Object({ ca: Type.Optional(Type.String()), verify: Type.Boolean({ default: true }) }, closed),
    ),
    prefix: Type.String({ default: 'hg', pattern: '^[A-Za-z0-9_-]{1,16}$' }),
    commandMs: integer(500, 10, 'redis: time-out of a command'),
  },
  { ...closed, default: {} },
);

export const ConfigSchema = Type.Object(
  {
    listen: Listen,
    drain: object({
      delaySeconds: Type.Number({
        default: 5,
        minimum: 0,
        description: 'after SIGTERM: not ready, yet accepting, for this long',
      }),
      seconds: Type.Number({ default: 30, minimum: 0, description: 'then: time for what is in flight' }),
    }),
    prefix: Type.String({
      default: '/.headgate',
      pattern: '^/[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$',
      description: 'reserved paths',
    }),
    store: Store,
    workers: Type.Unsafe<number | 'auto'>({
      anyOf: [{ type: 'integer', minimum: 1, maximum: 256 }, { const: 'auto' }],
      default: 1,
      description: 'gateway processes on one port (Redis only)',
    }),
    revision: integer(1, 1, 'number of this configuration; a room obeys the highest it has seen'),
    keys: object({
      path: nullable<string>('string', { description: 'folder of key files; null: <data>/keys' }),
      ticketHours: integer(48, 1, 'lifetime of a ticket'),
      overlapHours: integer(48, 0, 'how long tokens of a rotated key are still taken'),
    }),
    passes: object({
      bind: choice(['off', 'agent', 'network'], 'off', 'what a pass is bound to'),
      requestsPerMinute: integer(600, 1, 'request budget of a pass; above it 429 for that pass alone'),
    }),
    cookies: object({
      prefix: Type.String({ default: 'hg', pattern: '^[A-Za-z0-9_-]{1,32}$' }),
      domain: nullable<string>('string', { description: 'domain of the cookies; null: the host alone' }),
      sameSite: Type.Unsafe<'None' | 'Lax' | 'Strict' | null>({
        enum: ['None', 'Lax', 'Strict', null],
        default: null,
        description: 'null: None over https, else Lax',
      }),
      secure: nullable<boolean>('boolean', { description: 'null: over https' }),
    }),
    upstreams: Type.Record(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }), Upstream, {
      minProperties: 1,
      description: 'platforms by name',
    }),
    rooms: Type.Record(Type.String({ pattern: ROOM_TEMPLATE }), Room, {
      minProperties: 1,
      description: 'rooms by name, or by template with {captures}',
    }),
    rules: Type.Array(Rule, { default: [], description: 'the first that matches wins' }),
    default: Type.Object(
      {
        room: Type.String({ description: 'room of what no rule matches' }),
        upstream: Type.String({ description: 'upstream of what names none' }),
      },
      closed,
    ),
    launches: Type.Array(Launch, { default: [] }),
    log: object({
      level: choice(
        ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        'info',
        'lowest level that is written',
      ),
      samplePerSecond: integer(20, 1, 'lines of one kind a second; the others are counted'),
    }),
  },
  { ...closed, $id: 'https://headgate.example/config.schema.json', title: 'Headgate configuration' },
);

/** A validated configuration with the schema's defaults filled in. */
export type Config = Static<typeof ConfigSchema>;
