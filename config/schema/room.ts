/** A room’s law: limits, sessions, lanes, what happens when the store is lost, and how its pages look. */
import { Type } from 'typebox';
import { choice, closed, integer, limit, MOST, named, nullable, section, shaped } from './words.ts';

const Limits = section({
  sessions: limit('admitted visitors at once; null: no limit'),
  admissionsPerMinute: limit('admissions a minute; null: no limit'),
  seats: limit('registrations left; counts when first seen or changed, never on restart; null: no limit'),
  submitReserve: limit(
    'slots of `sessions` kept for form posts of visitors whose lease lapsed; null: 2 % of sessions, rounded down',
  ),
});

const Session = section({
  idleSeconds: integer(600, 1, 'a session ends after this long without a request', MOST.seconds),
  maxSeconds: integer(3600, 1, 'a session ends after this long in any case', MOST.seconds),
  submitGraceSeconds: integer(
    600,
    0,
    'how long after a lapsed lease a form post still goes ahead of the line',
    MOST.seconds,
  ),
});

const Page = section({
  title: nullable<string>('string', {
    minLength: 1,
    maxLength: 200,
    description: 'name shown on the room’s pages; null: the room’s name',
  }),
  logo: nullable<string>('string', {
    minLength: 1,
    description:
      'image file (svg, png, jpeg, gif, webp; 256 KB at most) shown on the room’s pages, sent within the page',
  }),
  colour: nullable<string>('string', {
    ...shaped('^#[0-9a-fA-F]{6}$', 'must be a colour such as "#1d4ed8", in quotes'),
    description: 'accent colour, "#rrggbb"',
  }),
  templates: nullable<string>('string', {
    minLength: 1,
    description: 'folder whose `<page>.html` files replace the built-in pages',
  }),
  frameAncestors: Type.String({
    default: "'self'",
    minLength: 1,
    ...shaped('^[^;,\\x00-\\x1f\\x7f-\\uffff]+$', 'must be sources for frame-ancestors, without ; or ,'),
    description: 'who may show the pages in a frame (Content-Security-Policy)',
  }),
});

const Maintenance = Type.Object(
  {
    from: Type.String({ format: 'date-time', description: 'ISO 8601 with a zone' }),
    until: Type.String({ format: 'date-time', description: 'ISO 8601 with a zone' }),
    text: nullable<string>('string', {
      maxLength: 500,
      description: 'what waiting visitors are told; null: that it opens again at `until`',
    }),
  },
  closed,
);

export const Room = section({
  mode: choice(['act', 'observe'], 'act', 'observe forwards everything and reports who would have waited'),
  state: choice(
    ['open', 'paused', 'offline', 'ended'],
    'open',
    'state to start in, and to go to when changed by a reload',
  ),
  limits: Limits,
  session: Session,
  claimSeconds: integer(
    120,
    1,
    'how long a called ticket is expected; later it is a late comer’s, first at the next free slot',
    MOST.seconds,
  ),
  allowance: section({
    inFlight: limit('requests without a number in flight while nobody waits; null: max(10, sessions/4)'),
  }),
  weight: integer(1, 1, 'share of what the platform bears, relative to other rooms’', 1000),
  guarantee: section({
    admissionsPerMinute: limit('admissions a minute that other rooms’ surges never take; null: none'),
  }),
  waitingList: Type.Boolean({
    default: false,
    description: 'whether newcomers still get numbers when it is sold out, to be called if a seat comes free',
  }),
  maintenance: Type.Array(Maintenance, {
    default: [],
    description: 'times in which nobody is called or let in; places are kept, and it opens again by itself',
  }),
  onStoreLoss: choice(['share', 'hold', 'open'], 'share', 'what newcomers get while the store is lost'),
  lanes: named(
    '^[a-z][a-z0-9_-]{0,31}$',
    'is not a lane’s name: lower-case letters, digits, _ and -, 32 at most',
    Type.Integer({ minimum: 1, maximum: 1000 }),
    {
      default: { default: 1 },
      description: 'lanes by name, with their weights; `default` is always there',
    },
  ),
  known: Type.Unsafe<'any' | (string | number)[]>({
    type: ['string', 'array'],
    ...shaped('^any$', 'must be "any" or a list of capture values'),
    items: {
      type: ['string', 'integer'],
      minimum: 0,
      ...shaped('^[A-Za-z0-9_-]{1,64}$', 'must be letters, digits, _ and -, 64 at most'),
    },
    default: 'any',
    description:
      'for a template: "any", or the capture values that get a room of their own; all others share the room `…~other`',
  }),
  maxRooms: integer(1000, 1, 'for a template: live rooms; beyond, the room `…~other`', 1_000_000),
  waitStatus: Type.Unsafe<200 | 202 | 429>({
    type: 'integer',
    enum: [200, 202, 429],
    default: 200,
    description: 'status of waiting pages; never 5xx, since a cache may hand those on',
  }),
  page: Page,
});
