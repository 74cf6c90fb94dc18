/** How revisions look in the API. */
import { Type } from 'typebox';

export const Reason = Type.String({
  minLength: 1,
  maxLength: 1_000,
  description: 'why; goes to the audit log',
});
export const RevisionNumber = Type.Integer({
  minimum: 1,
  maximum: 2_000_000_000,
  description: 'a revision’s number',
});
const nullableNumber = (description: string) =>
  Type.Unsafe<number | null>({ type: ['number', 'null'], description });
const nullableText = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description });

const REVISION = {
  number: Type.Integer(),
  source: Type.String({ description: 'file, api, room, override, rollback, adopted' }),
  author: Type.String(),
  reason: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  parent: nullableNumber('the revision that it was made from'),
  state: Type.String({ description: 'created, staged, active, replaced, rolled-back, noted' }),
  replaced: nullableNumber('what was active before it'),
  rollbackOf: nullableNumber('the revision that it took back'),
};

export const ListedRevision = Type.Object(REVISION);

const Recovery = Type.Unsafe({
  anyOf: [
    Type.Null(),
    Type.Object({
      recovered: Type.Unsafe<boolean | null>({
        type: ['boolean', 'null'],
        description: 'true only when every affected route is; null: it cannot be told yet',
      }),
      routes: Type.Array(
        Type.Object({
          host: Type.String(),
          pathShape: Type.String(),
          before: nullableNumber('share of failed requests'),
          during: nullableNumber('share of failed requests'),
          after: nullableNumber('share of failed requests'),
          recovered: Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] }),
        }),
      ),
    }),
  ],
});

export const OneRevision = Type.Object({
  ...REVISION,
  config: Type.String({ description: 'YAML' }),
  activation: Type.Array(
    Type.Object({ at: Type.String({ format: 'date-time' }), step: Type.String(), detail: Type.String() }),
  ),
  recovery: Recovery,
});

export const ActiveRevision = Type.Object({
  ...REVISION,
  staged: Type.Unsafe<{ number: number; gateways: string[] } | null>({
    type: ['object', 'null'],
    description: 'a revision that some gateways run ahead of the others',
    properties: { number: { type: 'integer' }, gateways: { type: 'array', items: { type: 'string' } } },
  }),
  pins: Type.Integer({ description: 'how many pins it is read with' }),
  gateways: Type.Array(Type.Object({ gateway: Type.String(), revision: Type.Integer() })),
});

export const MadeRevision = Type.Object({
  number: Type.Integer(),
  warnings: Type.Integer(),
  pinned: Type.Array(
    Type.Object({ path: Type.String(), written: Type.Unknown(), value: Type.Unknown(), pin: Type.String() }),
    { description: 'values of the text that pins overrule' },
  ),
});

export const ActivatedRevision = Type.Object({
  number: Type.Integer({ description: 'another one than asked for, where rooms know a higher one already' }),
  state: Type.String(),
  stage: Type.String(),
  gateways: Type.Array(Type.String(), { description: 'who runs it first' }),
});

export const RolledBack = Type.Object({
  number: Type.Integer({ description: 'of the new revision' }),
  state: Type.String(),
  rollbackOf: Type.Integer(),
});

export const DryRunAnswer = Type.Object({
  revision: Type.Integer(),
  against: Type.Integer({ description: 'the active revision' }),
  requests: Type.Integer({ description: 'of the last minute, judged by both' }),
  changed: Type.Integer(),
  share: nullableNumber('changed of requests; null: there were none'),
  byAddress: Type.Array(
    Type.Object({
      host: Type.String(),
      pathShape: Type.String(),
      from: nullableText('room now; null: bypassed or refused'),
      to: nullableText('room then'),
      fromRule: nullableText('rule now'),
      toRule: nullableText('rule then'),
      requests: Type.Integer(),
      share: Type.Number({ description: 'of all requests' }),
    }),
  ),
  gateways: Type.Array(
    Type.Object({
      gateway: Type.String(),
      answered: Type.Boolean(),
      reason: nullableText('why it did not'),
    }),
  ),
  complete: Type.Boolean({ description: 'whether every gateway answered' }),
});
