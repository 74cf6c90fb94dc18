/** Three gateways, each with a way of its own to Redis: the first stays with an old primary, the others follow the promoted replica. */
import { readRoom } from '../../../gateway/store/redis-room.ts';
import { type Fleet, startFleet } from '../../support/fleet.ts';
import { visitor } from '../../support/http-client.ts';
import { type RedisProxy, startRedisProxy } from '../../support/redis-proxy.ts';
import { type RedisReplicas, startReplicas } from '../../support/redis-replicas.ts';
import { EVENT, ROOM } from './visitors.ts';

export interface PartedStage {
  readonly fleet: Fleet;
  readonly replicas: RedisReplicas;
  /** Of the gateway that is alone, and of the others. */
  readonly sides: { alone: string; together: readonly string[] };
  /** Origin for the next request of a visitor of this side; while the network is whole there are no sides. */
  origin(side: 'alone' | 'together'): string;
  /** `refuses`: with `min-replicas-to-write 1` the old primary does. */
  part(refuses: boolean): Promise<void>;
  /** The old primary is gone, and all go to the promoted one. */
  heal(): Promise<void>;
}

const GATEWAYS = 3;
const MAX_LAG_SECONDS = 1;
/** Rooms of other events, by what they do without a store. */
const POLICIES = { hold: '1', open: '2' };

export async function startParted(sessions: number): Promise<PartedStage> {
  const replicas = await startReplicas();
  const { primary, replica, link } = replicas;
  const ways = await Promise.all(Array.from({ length: GATEWAYS }, () => startRedisProxy(primary.port)));
  const fleet = await startStageFleet(ways, sessions);
  const [alone, ...together] = fleet.gateways.map(({ url }) => url) as [string, ...string[]];
  let isParted = false;
  return {
    fleet,
    replicas,
    sides: { alone, together },
    origin(side) {
      if (!isParted) return fleet.origin();
      return side === 'alone' ? alone : together[Math.floor(Math.random() * together.length)]!;
    },
    async part(refuses) {
      if (refuses) {
        await primary.cli('config', 'set', 'min-replicas-max-lag', MAX_LAG_SECONDS);
        await primary.cli('config', 'set', 'min-replicas-to-write', 1);
      }
      link.set({ mode: 'refuse' });
      await replicas.promote();
      for (const way of ways.slice(1)) way.leadTo(replica.port);
      isParted = true;
    },
    async heal() {
      ways[0]!.leadTo(replica.port);
      await primary.kill();
      isParted = false;
    },
  };
}

function startStageFleet(ways: readonly RedisProxy[], sessions: number): Promise<Fleet> {
  const law = (onStoreLoss: string) =>
    `{ limits: { sessions: ${sessions}, submitReserve: 0 }, session: { idleSeconds: 60 }, onStoreLoss: ${onStoreLoss} }`;
  return startFleet({
    gateways: ways.length,
    store: (index) => `{ kind: redis, url: "${ways[index]!.url}" }`,
    room: law('share'),
    rooms: { [`event-${POLICIES.hold}`]: law('hold'), [`event-${POLICIES.open}`]: law('open') },
    idleSeconds: 60,
  });
}

/** Sessions at once by the platform's books. */
export async function insideBooks({ fleet }: PartedStage): Promise<{ now: number; most: number }> {
  const { byEvent } = await fleet.platform.stats();
  return byEvent[EVENT] ?? { now: 0, most: 0 };
}

/** What a newcomer of the rooms `hold` and `open` is told at this gateway. */
export async function newcomerStates(at: string): Promise<Record<keyof typeof POLICIES, string>> {
  const told = async (event: string) =>
    (await visitor(at).open(`/ereg/newreg.php?eventid=${event}`)).state ?? 'none';
  return { hold: await told(POLICIES.hold), open: await told(POLICIES.open) };
}

/** How many the old primary has let in since the room was made. */
export async function admittedByOld({ replicas }: PartedStage): Promise<number> {
  return (await readRoom(replicas.primary.client, 'hg', ROOM))?.admissions ?? 0;
}
