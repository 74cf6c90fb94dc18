/** The words of the admin API: who asks, what a route is, what it answers. Types only. */
import type { Static, TSchema } from 'typebox';

/**
 * `observer`, for programs within a platform, tells what they see, and reads nothing. `organiser` may do to its own rooms what an
 * operator may do to all, and see nothing of others.
 */
export type Role = 'observer' | 'viewer' | 'organiser' | 'operator' | 'admin';

/** Who did something; automatic decisions are made by `headgate`. */
export interface Actor {
  /** `token:<name>`, `oidc:<subject>`, `headgate`, `command line`. */
  name: string;
  role: Role;
  /** Of an organiser; null: all. */
  rooms: readonly string[] | null;
}

export interface RouteSchemas {
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
}

type Read<Schemas, Key extends keyof RouteSchemas> = Schemas extends { [K in Key]: infer S }
  ? S extends TSchema
    ? Static<S>
    : undefined
  : undefined;

export interface Ask<Schemas extends RouteSchemas = RouteSchemas> {
  params: Read<Schemas, 'params'>;
  query: Read<Schemas, 'query'>;
  body: Read<Schemas, 'body'>;
  actor: Actor;
  /** The `If-Match` header without quotes; null: not sent. */
  ifMatch: string | null;
  /** Where a listener to events wants to go on from: the `Last-Event-ID` header. */
  lastEventId?: string | null;
  /** Whether who asked may still ask: an answer that goes on for long looks again. */
  mayGoOn?(): Promise<boolean>;
}

export interface Answer {
  status: 200 | 201 | 202 | 204;
  /** JSON; a `Readable` is sent as it comes, with the content type in `headers`. */
  body?: unknown;
  /** Without quotes; answers `If-None-Match`, and is what `If-Match` must name. */
  etag?: string;
  headers?: Record<string, string>;
}

export interface Route<Schemas extends RouteSchemas = RouteSchemas> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/v1/rooms/:room`. */
  path: string;
  summary: string;
  /** Section of the reference page: rooms, revisions, … */
  tag: string;
  /** The least role. `organiser`: whoever has at least that role, for rooms that are theirs. */
  role: Exclude<Role, 'observer'>;
  /** Whether observers may, too: where they tell what they see. */
  forObservers?: boolean;
  /** Which room is meant, for organisers; null: none, they are refused (or, for lists, see only theirs: the handler filters by `actor.rooms`). */
  roomOf?(ask: Ask<Schemas>): string | null;
  /** A list whose handler shows organisers theirs alone. Without it and without `roomOf` organisers are refused. */
  filtersRooms?: boolean;
  schemas: Schemas;
  /** By status; documented, and checked in tests. */
  answers: Record<number, TSchema>;
  /** Whether a repeated `idempotency-key` header answers what the first call answered. */
  idempotent?: boolean;
  /** Larger than 1 MiB, where the body may be. */
  mostBodyBytes?: number;
  /** Whether `If-Match` must be sent (428 without). */
  needsIfMatch?: boolean;
  handle(ask: Ask<Schemas>): Promise<Answer>;
}

/** Keeps the schemas' types in the handler. */
export function route<const Schemas extends RouteSchemas>(definition: Route<Schemas>): Route {
  return definition as unknown as Route;
}
