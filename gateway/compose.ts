/** What follows from a configuration: made anew at each reload, around the parts that live on. */
import type { Settings } from '../config/settings.ts';
import { type ErrorCode, HeadgateError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { LongLived } from './long-lived.ts';
import { createOrders } from './order.ts';
import { createPages, type Pages } from './page/pages.ts';
import type { Message } from './page/words.ts';
import { createPassOn } from './pass-on.ts';
import type { GateState } from './request/admission.ts';
import { createAdmit } from './request/admit.ts';
import { compileClassifier } from './request/classify.ts';
import { createHeldPlaces } from './request/held-places.ts';
import { prepareLimits } from './request/normalise.ts';
import { createStay } from './request/stay.ts';
import { createTakeInvited } from './reserved/invited-place.ts';
import { createPlaceRoutes } from './reserved/place.ts';
import { createProvePlace } from './reserved/proved-place.ts';
import { createSessionRoutes } from './reserved/session.ts';
import { createStatus } from './reserved/status.ts';
import { createServe } from './serve.ts';
import { createTell } from './tell.ts';
import { createUpgrade } from './upgrade.ts';
import type { Watched } from './watched.ts';

export type Composed = ReturnType<typeof compose>;

export interface ComposeParts extends LongLived, Watched {
  settings: Settings;
  pages: Pages;
  messages(room: string | null): readonly Message[];
  /** Everything under the prefix. */
  reserved(exchange: Exchange): void;
}

/** What a room that takes nobody any more says of itself, wherever it is asked. */
const STATE_OF: Partial<Record<ErrorCode, GateState>> = { HG_SOLD_OUT: 'soldout', HG_ENDED: 'ended' };

export function compose(parts: ComposeParts) {
  const { settings, store, outages } = parts;
  const cookiePrefix = settings.cookies.prefix;
  const limits = prepareLimits(settings);
  const classify = compileClassifier(settings);
  const teller = createTell(parts);
  const refuse = (exchange: Exchange, code: ErrorCode, detail: string, retryAfterSeconds?: number) =>
    teller.tellTrouble(exchange, {
      ...{ code, state: STATE_OF[code] ?? 'refused', detail },
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  const orders = createOrders({ ...parts, trusts: limits.trusts });
  const seenView = (room: string) => {
    const view = store.view(room);
    return view && outages.seen(view);
  };
  const way = { ...parts, limits, classify, teller, orders, stay: createStay({ ...parts, cookiePrefix }) };
  return {
    classify,
    refuse,
    place: createPlaceRoutes({
      ...parts,
      refuse,
      prove: createProvePlace(parts),
      takeInvited: createTakeInvited(parts),
    }),
    session: createSessionRoutes({ ...parts, refuse, tellLeft: teller.tellLeft }),
    status: createStatus({
      ...{ ...parts, view: seenView, seed: parts.publishedSeed },
      maintenance: (room) => parts.rooms.get(room)?.settings.maintenance ?? [],
    }),
    upgrade: createUpgrade(way),
    serve: createServe({
      ...way,
      admit: createAdmit({ ...parts, held: createHeldPlaces({ ...parts, cookiePrefix }) }),
      passOn: createPassOn(way),
      movedLately: parts.moved.isRecent(classify),
    }),
  };
}

/** Throws HG_CONFIG naming every template and logo that cannot be used. */
export function loadPages(settings: Settings): Pages {
  const loaded = createPages(Object.values(settings.rooms).map((room) => room.page));
  if (loaded.kind === 'loaded') return loaded.pages;
  const faults = loaded.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  throw new HeadgateError('HG_CONFIG', faults.join('; '));
}
