/** The catalogue of errors: codes never change meaning. Each row is a problem that a visitor's program or an operator can look up in docs/errors.md. */

export interface CatalogueRow {
  status: number;
  /** Slug of the problem type, `<prefix>/problems/<slug>`. */
  slug: string;
  title: string;
}

export const CATALOGUE = {
  HG_WAITING: { status: 503, slug: 'waiting', title: 'Wait in line' },
  HG_PREQUEUE: { status: 503, slug: 'prequeue', title: 'Not open yet' },
  HG_PAUSED: { status: 503, slug: 'paused', title: 'The line is paused' },
  HG_OFFLINE: { status: 503, slug: 'offline', title: 'Taken offline for now' },
  HG_HELD: { status: 503, slug: 'held', title: 'Places are kept while the line recovers' },
  HG_SOLD_OUT: { status: 410, slug: 'sold-out', title: 'Sold out' },
  HG_ENDED: { status: 410, slug: 'ended', title: 'Registration has ended' },
  HG_NOT_SENT: { status: 503, slug: 'not-sent', title: 'Nothing was sent' },
  HG_PASS_BUDGET: { status: 429, slug: 'pass-budget', title: 'Too many requests with one pass' },
  HG_UNKNOWN_KEY: { status: 503, slug: 'unknown-key', title: 'Your place is kept; ask again shortly' },
  HG_BAD_REQUEST: { status: 400, slug: 'bad-request', title: 'Ambiguous or malformed request' },
  HG_AMBIGUOUS_CAPTURE: {
    status: 400,
    slug: 'ambiguous-capture',
    title: 'A parameter that names the room occurs more than once',
  },
  HG_URL_TOO_LONG: { status: 414, slug: 'url-too-long', title: 'The address is too long' },
  HG_HEADERS_TOO_LARGE: { status: 431, slug: 'headers-too-large', title: 'The request’s head is too large' },
  HG_BODY_TOO_LARGE: { status: 413, slug: 'body-too-large', title: 'The request’s body is too large' },
  HG_REQUEST_TIMEOUT: { status: 408, slug: 'request-timeout', title: 'The request took too long to arrive' },
  HG_EXPECTATION: { status: 417, slug: 'expectation', title: 'An expectation that cannot be met' },
  HG_UPGRADE_REFUSED: { status: 403, slug: 'upgrade-refused', title: 'This upgrade needs a pass' },
  HG_REHEARSAL: { status: 403, slug: 'rehearsal', title: 'No rehearsal of this deployment' },
  HG_CROSS_SITE: { status: 403, slug: 'cross-site', title: 'Only pages of this site may do that' },
  HG_NO_TICKET: { status: 404, slug: 'no-ticket', title: 'No place in this line' },
  HG_NO_ROOM: { status: 404, slug: 'no-room', title: 'No such room' },
  HG_NOT_FOUND: { status: 404, slug: 'not-found', title: 'No such address under the reserved prefix' },
  HG_METHOD: { status: 405, slug: 'method', title: 'This address takes other methods' },
  HG_UPSTREAM_FAILED: { status: 502, slug: 'upstream-failed', title: 'The platform did not answer properly' },
  HG_UPSTREAM_DOWN: { status: 502, slug: 'upstream-down', title: 'The platform cannot be reached' },
  HG_UPSTREAM_TIMEOUT: {
    status: 504,
    slug: 'upstream-timeout',
    title: 'The platform did not answer in time',
  },
  HG_UPSTREAM_BUSY: { status: 503, slug: 'upstream-busy', title: 'The platform has no connection left' },
  HG_SHED: { status: 503, slug: 'shed', title: 'The platform is short; others go first' },
  HG_TOO_MANY_PLACES: {
    status: 409,
    slug: 'too-many-places',
    title: 'Eight places are held already; give one up first',
  },
  HG_TOO_MANY_NUMBERS: {
    status: 429,
    slug: 'too-many-numbers',
    title: 'Too many numbers for one network',
  },
  HG_STORE_LOST: { status: 503, slug: 'store-lost', title: 'The line’s store cannot be reached' },
  HG_STORE_REFUSED: { status: 500, slug: 'store-refused', title: 'This Redis must not be used' },
  HG_INTERNAL: { status: 500, slug: 'internal', title: 'Something went wrong in the gateway' },
  HG_CONFIG: { status: 500, slug: 'config', title: 'The configuration is wrong' },
  HG_DATA_UNWRITABLE: { status: 500, slug: 'data-unwritable', title: 'The data folder cannot be written' },
  HG_PORT_TAKEN: { status: 500, slug: 'port-taken', title: 'A port is taken' },
  HG_SNAPSHOT_CORRUPT: { status: 500, slug: 'snapshot-corrupt', title: 'The snapshot cannot be read' },
  HG_KEYS_MISSING: { status: 503, slug: 'keys-missing', title: 'Signing keys are missing' },
  HG_CANCELLED: { status: 503, slug: 'cancelled', title: 'An operator cancelled this request' },
  HG_UNAUTHENTICATED: { status: 401, slug: 'unauthenticated', title: 'A bearer token is needed' },
  HG_FORBIDDEN: { status: 403, slug: 'forbidden', title: 'This token may not do that' },
  HG_TOO_MANY_FAILURES: { status: 429, slug: 'too-many-failures', title: 'Too many failed sign-ins' },
  HG_INVALID: { status: 400, slug: 'invalid', title: 'The request does not fit the schema' },
  HG_MEDIA_TYPE: { status: 415, slug: 'media-type', title: 'This body must be JSON' },
  HG_NOT_THERE: { status: 404, slug: 'not-there', title: 'Nothing of this name' },
  HG_CONFLICT: { status: 409, slug: 'conflict', title: 'The present state does not allow that' },
  HG_PRECONDITION_REQUIRED: {
    status: 428,
    slug: 'precondition-required',
    title: 'If-Match must say what is being changed',
  },
  HG_PRECONDITION_FAILED: {
    status: 412,
    slug: 'precondition-failed',
    title: 'Somebody else changed it in the meantime',
  },
  HG_IDEMPOTENCY_REUSED: {
    status: 422,
    slug: 'idempotency-reused',
    title: 'This idempotency key was used for another request',
  },
  HG_REVISION_INVALID: { status: 422, slug: 'revision-invalid', title: 'The configuration is wrong' },
  HG_ACTIVATION_RUNNING: {
    status: 409,
    slug: 'activation-running',
    title: 'Another revision is being activated',
  },
  HG_NO_GATEWAY: { status: 503, slug: 'no-gateway', title: 'No gateway took it' },
  HG_CONTROL_UNWRITABLE: {
    status: 507,
    slug: 'control-unwritable',
    title: 'The admin’s disk takes no change',
  },
  HG_ADMIN_RUNNING: { status: 500, slug: 'admin-running', title: 'Another admin process runs already' },
} as const satisfies Record<string, CatalogueRow>;

export type ErrorCode = keyof typeof CATALOGUE;

/** The unexpected, with a code from the catalogue and a message that names field, value and rule. */
export class HeadgateError extends Error {
  override readonly name = 'HeadgateError';
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
