/** A rule: which requests it is for, and the room or bypass they get. */
import { Type } from 'typebox';
import { choice, closed, limit, METHOD, section, shaped } from './words.ts';

/** Names of rooms as written: captures are not filled in yet. */
export const ROOM_TEMPLATE = '^(?!__proto__$)[A-Za-z0-9_~{}-]{1,128}$';
export const ROOM_TEMPLATE_SAYS =
  'is not a room’s name: letters, digits, _, ~, - and {captures}, 128 characters at most';

const Match = section({
  hosts: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
    default: [],
    description: 'hosts; `*.h` covers subdomains of h, not h; `{name}` captures a label; empty: all',
  }),
  path: Type.String({
    default: '/*',
    maxLength: 1024,
    ...shaped('^/', 'must begin with /'),
    description: '`*` crosses slashes, `/x/*` also covers `/x`, `{name}` captures a segment',
  }),
  query: Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string', maxLength: 255 },
    default: {},
    description: 'query keys and the value each must have, or `{name}` to capture it',
  }),
  methods: Type.Array(Type.String(METHOD), {
    default: [],
    description: 'methods, in capitals; empty: all',
  }),
  networks: Type.Array(Type.String({ format: 'network' }), {
    default: [],
    description: 'client networks (CIDR or single addresses); empty: all',
  }),
  caseSensitive: Type.Boolean({
    default: false,
    description: 'whether path and query are compared by case',
  }),
});

const Registered = Type.Unsafe<{ status: number[]; methods: string[] } | null>({
  type: ['object', 'null'],
  default: null,
  additionalProperties: false,
  required: ['status'],
  properties: {
    status: {
      type: 'array',
      minItems: 1,
      items: { type: 'integer', minimum: 100, maximum: 599 },
      description: 'statuses of such an answer',
    },
    methods: {
      type: 'array',
      items: { type: 'string', ...METHOD },
      default: ['POST'],
      description: 'methods of its request, in capitals',
    },
  },
  description: 'an answer of this status to one of these methods counts as `headgate-session: registered`',
});

export const Rule = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'unique name' }),
    match: Match,
    enabled: Type.Boolean({ default: true, description: 'whether the rule is looked at' }),
    room: Type.Optional(
      Type.String({
        ...shaped(ROOM_TEMPLATE, ROOM_TEMPLATE_SAYS),
        description: 'room, or a template of `rooms` with its captures; or else `action`',
      }),
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
    allowance: section({
      requestsPerMinute: limit('standing allowance that holds also while a line stands'),
      inFlight: limit('requests of the standing allowance in flight'),
    }),
    registered: Registered,
  },
  closed,
);
