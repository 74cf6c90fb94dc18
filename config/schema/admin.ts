/** The admin process: who may sign in, whom it tells, how it activates revisions. */
import { Type } from 'typebox';
import { choice, closed, integer, MOST, nullable, section } from './words.ts';

const Oidc = Type.Unsafe<{
  issuer: string;
  audience: string;
  rolesClaim: string;
  roomsClaim: string;
} | null>({
  type: ['object', 'null'],
  default: null,
  additionalProperties: false,
  required: ['issuer', 'audience'],
  properties: {
    issuer: Type.String({
      format: 'uri',
      description: 'issuer, whose keys are found by its discovery document',
    }),
    audience: Type.String({ minLength: 1, description: 'audience that a token must name' }),
    rolesClaim: Type.String({ default: 'roles', minLength: 1, description: 'claim that names the role' }),
    roomsClaim: Type.String({
      default: 'rooms',
      minLength: 1,
      description: 'claim that names an organiser’s rooms',
    }),
  },
  description: 'sign-in by bearer tokens of an OpenID Connect issuer',
});

export const WEBHOOK_EVENTS = [
  'finding',
  'drift',
  'engage',
  'disengage',
  'reminder',
  'revision',
  'decision',
] as const;

const Webhook = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'unique name' }),
    url: Type.String({ format: 'uri', description: 'where the events are posted' }),
    secretFile: nullable<string>('string', {
      minLength: 1,
      description: 'file whose text signs each post (HMAC-SHA-256); null: not signed',
    }),
    format: choice(['json', 'slack'], 'json', 'shape of the body; slack: a text for an incoming webhook'),
    events: Type.Array(Type.Unsafe<(typeof WEBHOOK_EVENTS)[number]>({ enum: WEBHOOK_EVENTS }), {
      default: ['finding', 'drift', 'engage', 'disengage', 'reminder'],
      description: 'what is told',
    }),
  },
  closed,
);

export const Admin = section({
  publicUrl: nullable<string>('string', {
    format: 'uri',
    description: 'address of this admin API for people, for links in what it sends; null: none',
  }),
  oidc: Oidc,
  webhooks: Type.Array(Webhook, { default: [], description: 'whom to tell what happens' }),
  activation: section({
    firstSeconds: integer(15, 1, 'how long the first gateways run a revision before others do', MOST.seconds),
    nextSeconds: integer(10, 1, 'how long each further stage lasts', MOST.seconds),
    mostFailedShare: Type.Number({
      default: 0.02,
      minimum: 0,
      maximum: 1,
      description: 'rise of the share of failed requests that rolls a revision back',
    }),
    mostLatencyRatio: Type.Number({
      default: 2,
      minimum: 1,
      maximum: 100,
      description: 'rise of the p95 of answers that rolls a revision back',
    }),
    mostUnqueuedShare: Type.Number({
      default: 0.05,
      minimum: 0,
      maximum: 1,
      description: 'rise of the unqueued share that rolls a revision back',
    }),
  }),
  reminderMinutes: integer(
    10,
    1,
    'after so long without a message on an open incident the operators are reminded',
    MOST.minutes,
  ),
});
