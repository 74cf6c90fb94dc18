/** Who comes and how they behave, as a scenario's file writes it. */
import { Type } from 'typebox';
import { closed, integer, MOST, named, nullable } from '../../../../config/schema/words.ts';
import { time } from '../times.ts';
import { ArrivalsSection } from './arrivals.ts';

export const KINDS = ['browser', 'program', 'mobile', 'staff', 'bot'] as const;

const share = (description: string) =>
  Type.Number({ default: 0, minimum: 0, maximum: 1, description: `share who ${description}` });

const flag = (description: string) => Type.Optional(Type.Boolean({ description }));

/** One schema for both ways to write it: keywords for texts and for sections each judge their own kind. */
const Address = Type.Unsafe<string | { url: string; weight?: number }>({
  type: ['string', 'object'],
  format: 'uri',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: Type.String({ format: 'uri', description: 'http address with its host' }),
    weight: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      maximum: 1000,
      description: 'share of the group’s visitors, relative to its other addresses',
    }),
  },
});

const Impatience = Type.Unsafe<{ share: number; after: number | string } | null>({
  ...Type.Object({ share: share('give up'), after: time('after so long in line') }, closed),
  type: ['object', 'null'],
  default: null,
  description: 'some give up after a while in line; null: nobody',
});

const Sleepers = Type.Unsafe<{ share: number; for: number | string } | null>({
  ...Type.Object({ share: share('put the phone away once'), for: time('so long') }, closed),
  type: ['object', 'null'],
  default: null,
  description: 'phones that sleep while their owners wait; null: none',
});

const Stay = Type.Object(
  { least: time('shortest time inside', 0), most: time('longest time inside') },
  { ...closed, description: 'time inside; absent: as the kind has it' },
);

const Group = Type.Object(
  {
    kind: Type.Unsafe<(typeof KINDS)[number]>({
      type: 'string',
      enum: KINDS,
      default: 'browser',
      description:
        'browser: cookies, pages, forms; program: headers and JSON; mobile: an app that syncs; staff: works in the back office; bot: takes numbers',
    }),
    addresses: Type.Array(Address, {
      minItems: 1,
      description:
        'where they go, by turns: http addresses, or { url, weight }; with shape: log the log’s paths are gone to, and the first tells the host where neither host nor the log does',
    }),
    arrive: ArrivalsSection,
    stay: Type.Optional(Stay),
    fillsForm: flag('whether they register; absent: browsers do'),
    leaves: flag('whether they say goodbye; absent: browsers and mobiles do'),
    loadsAssets: flag('whether they load style sheets and pictures; absent: browsers and staff do'),
    noShowShare: share('walk away from the line'),
    impatience: Impatience,
    twoTabsShare: share('have the page open twice'),
    sleepers: Sleepers,
    backButtonShare: share('go back a page while they fill in the form'),
    retries: integer(3, 0, 'how often a request that failed is tried again', 100),
    patience: time('so long may an answer take, in real time at any pace', '30s'),
    numbers: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: 'numbers that a bot takes; absent: 10',
      }),
    ),
    comesWhenCalled: flag('whether they come when they are called; absent: all but bots do'),
    networks: nullable<number>('integer', {
      minimum: 1,
      maximum: MOST.count,
      description: 'how many share one client address; null: each has its own',
    }),
  },
  closed,
);

export const VisitorsSection = named(
  '^[a-z][a-z0-9-]{0,31}$',
  'is not a group’s name: lower-case letters, digits and -, 32 at most',
  Group,
  { minProperties: 1, description: 'visitors, in groups that come for the same and behave alike' },
);
