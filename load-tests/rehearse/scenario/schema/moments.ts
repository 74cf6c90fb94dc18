/** What is done to the stage and when, as a scenario's file writes it: one deed each. */
import { Type } from 'typebox';
import { choice, closed, integer } from '../../../../config/schema/words.ts';
import { MODE_CHANGE_SCHEMA, type Mode } from '../../../platform/mode.ts';
import { time } from '../times.ts';

type Plain = Record<string, unknown>;

const plainSection = (description: string) => Type.Unsafe<Plain>({ type: 'object', description });

/** What each mode of a platform is, for the reference and editors. */
const MODE_MEANINGS: Readonly<Record<keyof Mode, string>> = {
  databaseConnections: 'database connections of each process; as many times more at a faster pace',
  queryMs: 'time of a query, ms; at any pace',
  slowFactor: 'so many times longer each query takes, above 0; 1: as it should',
  slowEvents: 'whose queries slowFactor slows: of all requests, or of those for events with a limit of seats',
  route: 'path that answer is given at; * stands for anything, slashes too; null: everywhere',
  answer:
    'in place of the platform’s answer: 503; 200 with an empty body; the connection is reset; none, ever; null: its own',
  leakEvery: 'every n-th request that uses the database never gives its connection back; 0: none',
  endlessEvery:
    'every n-th answer begins and never ends, and keeps its HTTP connection until a restart; 0: none',
  build: 'build that an integrated platform tells, as after a deploy of its own',
};

const modes = Object.fromEntries(
  Object.entries(MODE_CHANGE_SCHEMA.properties).map(([name, node]) => [
    name,
    { ...node, description: MODE_MEANINGS[name as keyof Mode] },
  ]),
);

const Platform = Type.Unsafe<{ name?: string } & Plain>({
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    name: Type.String({ description: 'which platform; absent: the first' }),
    ...modes,
  },
  description: 'how well a platform is: any of its modes',
});

const Api = Type.Object(
  {
    method: choice(['POST', 'PATCH', 'DELETE'], 'POST', 'method'),
    path: Type.String({
      pattern: '^/v1/[^\\s?#]+$',
      'x-says': 'must be a path of the admin API that begins with /v1/',
      description: 'path of the admin API',
    }),
    body: Type.Unsafe<Plain>({ type: 'object', default: {}, description: 'what is sent, as JSON' }),
  },
  { ...closed, description: 'what an operator does through the admin API' },
);

/** The keys of which each moment has one. */
export const DEEDS = {
  platform: Platform,
  'platform-restart': Type.String({ description: 'name of the platform that is ended and started again' }),
  'gateway-restart': Type.Unsafe<'each' | number>({
    type: ['string', 'integer'],
    minimum: 0,
    maximum: 7,
    pattern: '^each$',
    'x-says': 'must be each, or the number of a gateway; the first is 0',
    description:
      'each gateway, one after the other, or one by its number from 0, is restarted as by a deploy',
  }),
  'gateway-kill': integer(0, 0, 'number of the gateway that is killed, from 0', 7),
  'store-stop': time('the store stands still for so long'),
  'store-kill': Type.Unsafe<true>({
    type: 'boolean',
    enum: [true],
    description: 'true: the store is killed, and an empty one takes its place',
  }),
  deploy: plainSection(
    'a deploy: the configuration as it was deployed last, with this laid over it (RFC 7386), is taken up',
  ),
  edit: plainSection('somebody changes the configuration by hand, and has it taken up'),
  api: Api,
} as const;

export type DeedKey = keyof typeof DEEDS;

const optional = Object.fromEntries(
  Object.entries(DEEDS).map(([key, node]) => [key, Type.Optional(withoutDefault(node))]),
) as { [K in DeedKey]: ReturnType<typeof Type.Optional<(typeof DEEDS)[K]>> };

export const MomentsSection = Type.Array(
  Type.Object(
    {
      at: time('when'),
      says: Type.String({ minLength: 1, maxLength: 300, description: 'what a person reads in the report' }),
      ...optional,
    },
    closed,
  ),
  { default: [], description: 'what happens to the stage; one deed each' },
);

/** A deed that nobody wrote must not be done. */
function withoutDefault<T extends object>(node: T): T {
  const { default: _, ...rest } = node as T & { default?: unknown };
  return rest as unknown as T;
}
