/** The one source of the configuration's shape, types, defaults and reference page, as JSON Schema. */
import { type Static, Type } from 'typebox';
import { Admin } from './schema/admin.ts';
import { Audit } from './schema/audit.ts';
import { Launch } from './schema/launch.ts';
import { Drain, Listen } from './schema/listen.ts';
import { Protection } from './schema/protection.ts';
import { Rehearsal } from './schema/rehearsal.ts';
import { Room } from './schema/room.ts';
import { ROOM_TEMPLATE, ROOM_TEMPLATE_SAYS, Rule } from './schema/rule.ts';
import { Store } from './schema/store.ts';
import { Upstream } from './schema/upstream.ts';
import { choice, closed, integer, MOST, named, nullable, section, shaped } from './schema/words.ts';

/** Rooms' names after captures are filled in, and what a capture may hold. */
export const ROOM_NAME = /^[A-Za-z0-9_~-]{1,64}$/;
export const CAPTURE_VALUE = /^[A-Za-z0-9_-]{1,64}$/;

const Workers = Type.Unsafe<number | 'auto'>({
  type: ['integer', 'string'],
  minimum: 1,
  maximum: 256,
  ...shaped('^auto$', 'must be a number of processes or auto'),
  default: 1,
  description: 'gateway processes on one port, or auto: one a core (Redis only)',
});

const Keys = section({
  path: nullable<string>('string', { minLength: 1, description: 'folder of key files; null: `<data>/keys`' }),
  ticketHours: integer(48, 1, 'lifetime of a ticket', MOST.hours),
  overlapHours: integer(48, 0, 'how long tokens of a rotated key are still taken', MOST.hours),
});

const Passes = section({
  bind: choice(['off', 'agent', 'network'], 'off', 'what a pass is bound to'),
  requestsPerMinute: integer(600, 1, 'request budget of a pass; above it 429 for that pass alone'),
});

const Cookies = section({
  prefix: Type.String({
    default: 'hg',
    ...shaped('^[A-Za-z0-9_-]{1,32}$', 'must be letters, digits, _ and -, 32 at most'),
    description: 'prefix of the cookies’ names',
  }),
  domain: nullable<string>('string', {
    format: 'cookie-domain',
    description: 'domain of the cookies; null: the host alone',
  }),
  sameSite: Type.Unsafe<'None' | 'Lax' | 'Strict' | null>({
    enum: ['None', 'Lax', 'Strict', null],
    default: null,
    description: 'null: None over https, else Lax',
  }),
  secure: nullable<boolean>('boolean', { description: 'null: over https' }),
});

const Log = section({
  level: choice(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'info',
    'lowest level that is written',
  ),
  samplePerSecond: integer(20, 1, 'lines of one kind a second; the others are counted'),
});

const Default = Type.Object(
  {
    room: Type.String({ minLength: 1, description: 'room of what no rule matches' }),
    upstream: Type.String({ minLength: 1, description: 'upstream of what names none' }),
  },
  closed,
);

export const ConfigSchema = Type.Object(
  {
    listen: Listen,
    drain: Drain,
    prefix: Type.String({
      default: '/.headgate',
      maxLength: 128,
      ...shaped(
        '^(?!.*/\\.{1,2}(/|$))/[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$',
        'must be a path such as /.headgate, without a slash at its end and without dot segments',
      ),
      description: 'reserved paths',
    }),
    store: Store,
    workers: Workers,
    revision: integer(1, 1, 'number of this configuration; a room obeys the highest it has seen'),
    keys: Keys,
    passes: Passes,
    cookies: Cookies,
    upstreams: named(
      '^(?!__proto__$)[A-Za-z0-9_-]{1,64}$',
      'is not an upstream’s name: letters, digits, _ and -, 64 characters at most',
      Upstream,
      { minProperties: 1, description: 'platforms by name' },
    ),
    rooms: named(ROOM_TEMPLATE, ROOM_TEMPLATE_SAYS, Room, {
      minProperties: 1,
      description: 'rooms by name, or by template with {captures}',
    }),
    rules: Type.Array(Rule, { default: [], description: 'the first that matches wins' }),
    default: Default,
    launches: Type.Array(Launch, { default: [], description: 'openings planned ahead' }),
    admin: Admin,
    audit: Audit,
    protection: Protection,
    rehearsal: Rehearsal,
    log: Log,
  },
  { ...closed, $id: 'https://headgate.example/config.schema.json', title: 'Headgate configuration' },
);

/** A validated configuration with the schema's defaults filled in. */
export type Config = Static<typeof ConfigSchema>;
