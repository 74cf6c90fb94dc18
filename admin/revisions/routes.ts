/** Revisions over the API: the list, one, the active one; make, try, activate, roll back. */
import { Type } from 'typebox';
import type { Fleet } from '../control/words.ts';
import { AdminError } from '../errors.ts';
import { decodeCursor, encodeCursor, PAGE_QUERY, pageOf } from '../http/pagination.ts';
import { type Answer, type Route, route } from '../words.ts';
import { dryRun } from './dry-run.ts';
import type { Revisions } from './revisions.ts';
import {
  ActivatedRevision,
  ActiveRevision,
  DryRunAnswer,
  ListedRevision,
  MadeRevision,
  OneRevision,
  Reason,
  RevisionNumber,
  RolledBack,
} from './shapes.ts';
import type { Revision } from './words.ts';

export interface RevisionRouteParts {
  revisions: Revisions;
  fleet: Pick<Fleet, 'gateways' | 'command'>;
}

const MOST_CONFIG_LENGTH = 512 * 1024;
const params = Type.Object({ n: RevisionNumber });
const tag = 'revisions';
/** A dry-run changes nothing, and needs no reason; nobody is sent back for giving one. */
const MaybeReason = Type.Unsafe<{ reason?: string } | null>({
  type: ['object', 'null'],
  additionalProperties: false,
  properties: { reason: Reason },
});

export function revisionRoutes(parts: RevisionRouteParts): Route[] {
  return [
    list(parts),
    create(parts),
    active(parts),
    one(parts),
    tryOut(parts),
    activate(parts),
    rollback(parts),
  ];
}

function list({ revisions }: RevisionRouteParts): Route {
  return route({
    method: 'GET',
    path: '/v1/revisions',
    summary: 'All revisions without their texts, newest first',
    tag,
    role: 'viewer',
    schemas: { query: Type.Object(PAGE_QUERY) },
    answers: { 200: pageOf(ListedRevision) },
    async handle({ query: { limit, cursor } }) {
      const before = cursor === undefined ? null : decodeCursor(cursor, ['number'])[0];
      const found = revisions.table.page(before, limit + 1);
      const items = found.slice(0, limit);
      const next = found.length > limit ? encodeCursor([items.at(-1)?.number ?? 0]) : null;
      return { status: 200, body: { items, next } };
    },
  });
}

function create({ revisions }: RevisionRouteParts): Route {
  return route({
    method: 'POST',
    path: '/v1/revisions',
    summary: 'Makes a configuration a revision, when it is right; nobody runs it yet',
    tag,
    role: 'operator',
    idempotent: true,
    schemas: {
      body: Type.Object({
        config: Type.String({ minLength: 1, maxLength: MOST_CONFIG_LENGTH, description: 'YAML' }),
        reason: Reason,
      }),
    },
    answers: {
      201: MadeRevision,
      422: Type.Object({}, { description: 'HG_REVISION_INVALID, with each fault' }),
    },
    async handle({ body, actor }) {
      const { revision, contradictions, warnings } = revisions.changes.create(
        actor,
        body.config,
        body.reason,
      );
      const pinned = contradictions.map(({ pin, written }) => ({
        path: pin.path,
        written,
        value: pin.value,
        pin: pin.id,
      }));
      return { status: 201, body: { number: revision.number, warnings, pinned } };
    },
  });
}

function active({ revisions, fleet }: RevisionRouteParts): Route {
  return route({
    method: 'GET',
    path: '/v1/revisions/active',
    summary: 'The revision in force; its ETag is what an activation must name',
    tag,
    role: 'viewer',
    schemas: {},
    answers: { 200: ActiveRevision },
    async handle() {
      const { active, staged, pins } = revisions.active.published();
      const { config: _, ...found } = mustFind(revisions, active.number);
      const body = {
        ...found,
        staged: staged === null ? null : { number: staged.number, gateways: staged.gateways },
        pins: pins.length,
        gateways: fleet.gateways().map(({ report: { gateway, revision } }) => ({ gateway, revision })),
      };
      return { status: 200, body, etag: revisions.active.tag() };
    },
  });
}

function one({ revisions }: RevisionRouteParts): Route {
  return route({
    method: 'GET',
    path: '/v1/revisions/:n',
    summary: 'One revision: its text, how it was activated, and whether the platform recovered from it',
    tag,
    role: 'viewer',
    schemas: { params },
    answers: { 200: OneRevision },
    async handle({ params: { n } }) {
      const [activation, recovery] = [revisions.table.journal(n), revisions.recoveries.of(n)];
      return { status: 200, body: { ...mustFind(revisions, n), activation, recovery } };
    },
  });
}

function tryOut({ revisions, fleet }: RevisionRouteParts): Route {
  return route({
    method: 'POST',
    path: '/v1/revisions/:n/dry-run',
    summary: 'What it would do with the requests of the last minute; changes nothing',
    tag,
    role: 'operator',
    schemas: { params, body: MaybeReason },
    answers: { 200: DryRunAnswer, 503: Type.Object({}, { description: 'HG_NO_GATEWAY: none answered' }) },
    async handle({ params: { n } }) {
      const { config } = mustFind(revisions, n);
      const against = revisions.active.active().number;
      return { status: 200, body: { revision: n, against, ...(await dryRun(fleet, config)) } };
    },
  });
}

function activate({ revisions }: RevisionRouteParts): Route {
  return route({
    method: 'POST',
    path: '/v1/revisions/:n/activate',
    summary:
      'Puts it in force: on some gateways first and taken back by itself where they do worse, or on all at once',
    tag,
    role: 'operator',
    needsIfMatch: true,
    schemas: {
      params,
      body: Type.Object({
        stage: Type.Unsafe<'gateways' | 'none'>({ type: 'string', enum: ['gateways', 'none'] }),
        reason: Reason,
      }),
    },
    answers: { 200: ActivatedRevision, 202: ActivatedRevision },
    async handle({ params: { n }, body: { stage, reason }, actor, ifMatch }): Promise<Answer> {
      const deed = { by: actor.name, reason };
      const { revision, gateways } = revisions.changes.activate(n, stage, deed, ifMatch);
      const { number } = revision;
      const state = gateways.length > 0 ? 'staged' : 'active';
      const body = { number, state, stage, gateways };
      return { status: state === 'staged' ? 202 : 200, body, etag: revisions.active.tag() };
    },
  });
}

function rollback({ revisions }: RevisionRouteParts): Route {
  return route({
    method: 'POST',
    path: '/v1/revisions/:n/rollback',
    summary: 'Back to what was active before it, on all gateways at once, as a new revision',
    tag,
    role: 'operator',
    idempotent: true,
    schemas: { params, body: Type.Object({ reason: Reason }) },
    answers: { 200: RolledBack },
    async handle({ params: { n }, body: { reason }, actor }) {
      const { number } = revisions.changes.rollback(n, { by: actor.name, reason });
      const body = { number, state: 'active', rollbackOf: n };
      return { status: 200, body, etag: revisions.active.tag() };
    },
  });
}

function mustFind(revisions: Revisions, number: number): Revision {
  const revision = revisions.table.find(number);
  if (revision === null) throw new AdminError('HG_NOT_THERE', `there is no revision ${number}`);
  return revision;
}
