/** All routes of the admin API, but the events'. */
import type { Clock } from '../gateway/clock.ts';
import { auditLogRoutes } from './audit-log/audit-log-routes.ts';
import { tokenRoutes } from './auth/token-routes.ts';
import { coverageRoutes } from './coverage/routes.ts';
import { decisionRoutes } from './decisions/routes.ts';
import { driftRoutes } from './drift/routes.ts';
import { fleetRoutes } from './fleet/routes.ts';
import { invitationRoutes } from './invitations/routes.ts';
import { launchRoutes } from './launches/routes.ts';
import { messageRoutes } from './messages/routes.ts';
import type { Parts } from './parts.ts';
import { pinRoutes } from './pins/routes.ts';
import { protectionRoutes } from './protection/routes.ts';
import { rehearsalRoutes } from './rehearsals/routes.ts';
import { requestRoutes } from './requests/routes.ts';
import { revisionRoutes } from './revisions/routes.ts';
import { roomRoutes } from './rooms/routes.ts';
import { signalRoutes } from './signals/routes.ts';
import { timelineRoutes } from './timeline/routes.ts';
import type { Watching } from './watching.ts';
import type { Route } from './words.ts';

export function allRoutes(parts: Parts, watching: Watching, clock: Clock): Route[] {
  const { data } = parts;
  return [
    ...roomRoutes(parts),
    ...revisionRoutes(parts),
    ...pinRoutes(parts.pins),
    ...coverageRoutes(watching),
    ...driftRoutes(watching.drift),
    ...fleetRoutes(parts.fleet),
    ...messageRoutes(watching),
    ...launchRoutes(watching),
    ...rehearsalRoutes(watching),
    ...invitationRoutes(watching),
    ...signalRoutes({ signals: watching.signals, auditLog: parts.auditLog }),
    ...protectionRoutes(parts.fleet),
    ...requestRoutes(watching),
    ...decisionRoutes(watching),
    ...timelineRoutes({ data, clock }),
    ...auditLogRoutes(parts.auditLog),
    ...tokenRoutes(parts.tokens),
  ];
}
