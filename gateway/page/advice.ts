/** What each code of the catalogue means and what to do about it: one text for docs/errors.md and for `<prefix>/problems/<slug>`. */
import type { ErrorCode } from '../errors.ts';

export interface Advice {
  meaning: string;
  whatToDo: string;
}

const TAKE_A_PLACE =
  'Take a place with `POST` to `join`, send it as `headgate-ticket`, and ask again after `retryAfterSeconds`.';
const KEEP_TICKET = 'Keep the ticket and ask again after `retryAfterSeconds`.';
const OPERATOR_START =
  'For operators; the gateway says so at start and does not run, or keeps what ran before.';

export const ADVICE: Record<ErrorCode, Advice> = {
  HG_WAITING: {
    meaning: 'Others wait before you, or the room’s limits are reached.',
    whatToDo: TAKE_A_PLACE,
  },
  HG_PREQUEUE: {
    meaning: 'The room has not opened; numbers are given, nobody is let in.',
    whatToDo: TAKE_A_PLACE,
  },
  HG_PAUSED: {
    meaning: 'An operator has paused the room. Every place is kept.',
    whatToDo: KEEP_TICKET,
  },
  HG_OFFLINE: {
    meaning: 'An operator has taken the room offline. Every place is kept.',
    whatToDo: KEEP_TICKET,
  },
  HG_HELD: {
    meaning: 'The line’s store is lost or recovering, so nobody is called. Every place is kept.',
    whatToDo: KEEP_TICKET,
  },
  HG_SOLD_OUT: {
    meaning: 'No registration is left.',
    whatToDo: 'Stop asking; the room’s status document tells when seats come back.',
  },
  HG_ENDED: { meaning: 'The registration is over.', whatToDo: 'Stop asking.' },
  HG_NOT_SENT: {
    meaning: 'A form post was not passed on to the platform, neither whole nor in part.',
    whatToDo: 'Keep what was to be sent, get a pass by a navigation or by `join`, then send it again.',
  },
  HG_PASS_BUDGET: {
    meaning: 'More requests came with this pass in a minute than `passes.requestsPerMinute` allows.',
    whatToDo: 'Slow down and wait for `retryAfterSeconds`; the session stays.',
  },
  HG_UNKNOWN_KEY: {
    meaning: 'The token is signed with a key that this gateway does not hold yet.',
    whatToDo: 'Keep the token and ask again shortly. Operators: give every gateway the same keys.',
  },
  HG_BAD_REQUEST: {
    meaning: 'The request can be read in two ways, or in none; the platform has not seen it.',
    whatToDo: 'Send a plain request: one Host, one length, a path without dot segments or control bytes.',
  },
  HG_AMBIGUOUS_CAPTURE: {
    meaning:
      'A query key that names the room occurs twice or as an array; gate and platform could read different events.',
    whatToDo: 'Send the key exactly once.',
  },
  HG_URL_TOO_LONG: {
    meaning: 'The address is longer than `listen.maxUrlBytes`.',
    whatToDo: 'Shorten the address, or raise the limit.',
  },
  HG_HEADERS_TOO_LARGE: {
    meaning: 'The request’s head is larger than `listen.maxHeaderBytes`.',
    whatToDo: 'Send fewer or smaller headers and cookies, or raise the limit.',
  },
  HG_BODY_TOO_LARGE: {
    meaning: 'The body is larger than `listen.maxBodyBytes`.',
    whatToDo: 'Send less at once, or raise the limit.',
  },
  HG_REQUEST_TIMEOUT: {
    meaning: 'The request’s head or body stopped arriving.',
    whatToDo: 'Send it again over a better connection.',
  },
  HG_EXPECTATION: {
    meaning: 'The `Expect` header asks for something other than `100-continue`.',
    whatToDo: 'Leave the header out.',
  },
  HG_UPGRADE_REFUSED: {
    meaning: 'A WebSocket or other upgrade came without a valid pass, or the protocol is not passed on.',
    whatToDo: 'Get a pass first, then upgrade; only WebSocket is passed on.',
  },
  HG_REHEARSAL: {
    meaning:
      'The request has a `headgate-rehearsal` header that belongs to no rehearsal under way here: it has ended, was changed, or is another deployment’s.',
    whatToDo: 'Leave the header out, or begin a rehearsal (`POST /v1/rehearsals`) and send what it answers.',
  },
  HG_CROSS_SITE: {
    meaning: 'A POST under the reserved prefix came from a page of another site.',
    whatToDo: 'Post from a page of the same origin, or from a program that sends no Origin.',
  },
  HG_NO_TICKET: {
    meaning: 'Neither cookie nor header holds a place in this room that is still good.',
    whatToDo: 'Take a place: navigate to the protected address, or `POST` to `join`.',
  },
  HG_NO_ROOM: {
    meaning: 'No room has this name.',
    whatToDo: 'Use the name from `room` in an answer of the gate.',
  },
  HG_NOT_FOUND: {
    meaning: 'The reserved prefix has no such address.',
    whatToDo: 'See the list of reserved paths in the documentation.',
  },
  HG_METHOD: {
    meaning: 'The address exists and takes other methods.',
    whatToDo: 'Use a method from the `Allow` header.',
  },
  HG_UPSTREAM_FAILED: {
    meaning: 'The platform cut the connection or answered with something that is no HTTP.',
    whatToDo: 'Ask again later. A POST may have taken effect: look before sending it again.',
  },
  HG_UPSTREAM_DOWN: {
    meaning: 'No target of the platform takes connections; nothing was sent to it.',
    whatToDo: 'Ask again later; the place or session is kept.',
  },
  HG_UPSTREAM_TIMEOUT: {
    meaning: 'The platform took longer than `timeouts.headersMs`.',
    whatToDo: 'Ask again later. A POST may have taken effect: look before sending it again.',
  },
  HG_UPSTREAM_BUSY: {
    meaning: 'All of `maxConnections` to the platform are in use; nothing was sent to it.',
    whatToDo: 'Ask again after `retryAfterSeconds`.',
  },
  HG_SHED: {
    meaning:
      'The platform could not take every request in time, and this one was shed: the least important go first (`protection.priority`). Nothing was sent to it; a place, a session or a ticket is kept.',
    whatToDo: 'Ask again after `retryAfterSeconds`, with the same ticket or pass.',
  },
  HG_TOO_MANY_PLACES: {
    meaning: 'This visitor holds places in eight rooms; a ninth would push one out.',
    whatToDo: 'Give one up with `POST …/leave`, then ask again.',
  },
  HG_TOO_MANY_NUMBERS: {
    meaning:
      'So many numbers of this line were asked for from one network that it gets no more for now: more than `protection.joins.perNetworkPerMinute`, or far more than people behind one address ask for while others are crowded out. Nobody who has a place is affected.',
    whatToDo:
      'Ask again after `retryAfterSeconds`. Operators: networks behind which many people stand belong in `protection.joins.sharedNetworks`, balancers in `listen.trustedProxies`.',
  },
  HG_STORE_LOST: {
    meaning: 'The gateway cannot reach the store of the line.',
    whatToDo:
      'Ask again after `retryAfterSeconds`. Operators: the gateway recovers by itself once the store is back.',
  },
  HG_STORE_REFUSED: {
    meaning:
      'The Redis that `store` names is one that would lose lines or cannot be used: too old, a read-only replica, evicting keys, another password, TLS or kind than the settings say. The message names the setting.',
    whatToDo: `Change the setting that the message names, here or in Redis. ${OPERATOR_START}`,
  },
  HG_INTERNAL: {
    meaning: 'The gateway met something that it did not expect; it goes on running.',
    whatToDo: 'Ask again. Operators: look for the request id in the log.',
  },
  HG_CONFIG: {
    meaning: 'The configuration breaks a rule; the message names file, line, field, value and rule.',
    whatToDo: `Run \`headgate check <config>\` and mend what it names. ${OPERATOR_START}`,
  },
  HG_DATA_UNWRITABLE: {
    meaning: 'The data folder cannot be written, so places would be lost at a restart.',
    whatToDo: `Make the folder of \`HEADGATE_DATA\` writable. ${OPERATOR_START}`,
  },
  HG_PORT_TAKEN: {
    meaning: 'Another process listens on a port that the gateway needs.',
    whatToDo: 'End that process or choose another port by the variable that the message names.',
  },
  HG_SNAPSHOT_CORRUPT: {
    meaning:
      'The store’s snapshot cannot be read. It was put aside under another name and the line recovers from tickets.',
    whatToDo: 'For operators: keep the file for inspection, check the disk.',
  },
  HG_KEYS_MISSING: {
    meaning: 'The gateway lacks the current signing keys and is not ready.',
    whatToDo: 'For operators: put the keys in `keys.path`, or run `headgate keys new`.',
  },
  HG_CANCELLED: {
    meaning: 'The request took longer than operators allow at the moment, and was cancelled at the gate.',
    whatToDo: 'Ask again after `retryAfterSeconds`. What the platform had begun to do may have been done.',
  },
  HG_UNAUTHENTICATED: {
    meaning: 'The admin API was asked without a token, or with one that is unknown, expired or withdrawn.',
    whatToDo: 'Send `authorization: Bearer <token>`; `headgate keys token` makes one.',
  },
  HG_FORBIDDEN: {
    meaning: 'The token is good, and its role or its rooms do not cover this.',
    whatToDo: 'Use a token of the role that the detail names.',
  },
  HG_TOO_MANY_FAILURES: {
    meaning: 'Too many sign-ins failed from this address.',
    whatToDo: 'Wait for `retryAfterSeconds`, then use a good token.',
  },
  HG_INVALID: {
    meaning:
      'Parameters, query or body do not fit the schema; `errors` names each field. Nothing was changed.',
    whatToDo: 'Mend the fields that are named; `/openapi.json` gives the shapes.',
  },
  HG_MEDIA_TYPE: {
    meaning: 'The body is of a type that the admin API does not read.',
    whatToDo: 'Send JSON with `content-type: application/json`.',
  },
  HG_NOT_THERE: {
    meaning: 'There is no such room, revision, pin, token or launch, or it is not yours.',
    whatToDo: 'Ask the list for what there is.',
  },
  HG_CONFLICT: {
    meaning: 'What was asked for does not fit the present state; the detail says why. Nothing was changed.',
    whatToDo: 'Look at the present state and decide anew.',
  },
  HG_PRECONDITION_REQUIRED: {
    meaning: 'Two operators may change this at once, so the request must say which state it means.',
    whatToDo: 'Read it, and send its `ETag` as `If-Match`.',
  },
  HG_PRECONDITION_FAILED: {
    meaning: 'It has changed since it was read. Nothing was done.',
    whatToDo: 'Read it again, and decide anew.',
  },
  HG_IDEMPOTENCY_REUSED: {
    meaning: 'This `idempotency-key` came before, with another request.',
    whatToDo: 'Use a new key for a new request.',
  },
  HG_REVISION_INVALID: {
    meaning: 'The configuration has errors; `errors` names each with its line. Nothing was changed.',
    whatToDo: 'Mend them; `headgate check` finds the same.',
  },
  HG_ACTIVATION_RUNNING: {
    meaning: 'A revision is being activated in stages, and another one cannot be before it is done.',
    whatToDo: 'Wait for its end, or roll it back.',
  },
  HG_NO_GATEWAY: {
    meaning: 'No gateway answered in time; where one has taken it all the same, its next report shows it.',
    whatToDo: 'Look at `GET /v1/gateways`, then ask again.',
  },
  HG_CONTROL_UNWRITABLE: {
    meaning:
      'The admin process cannot write its data: the disk is full or broken. Nothing was changed; gateways go on.',
    whatToDo: 'Make room under `HEADGATE_DATA`, then ask again.',
  },
  HG_ADMIN_RUNNING: {
    meaning: 'Another admin process holds this deployment’s control data; there can be one only.',
    whatToDo: 'End the other one first; the message names it.',
  },
};
