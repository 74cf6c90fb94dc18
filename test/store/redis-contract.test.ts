import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { storeContract } from './contract.ts';
import type { OpenedStore } from './contract-stage.ts';
import { redisStage } from './redis-stage.ts';

let server: RedisServer | undefined;

storeContract('redis', async (): Promise<OpenedStore> => {
  server ??= await startRedis({ appendonly: 'always' });
  const redis = server;
  const stage = await redisStage(redis);
  let gateway = await stage.open('gateway-1');
  return {
    get store() {
      return gateway.store;
    },
    clock: stage.clock,
    async restart(kind) {
      const remembered = gateway.remembers();
      // A kill takes Redis along, and the gateway says no word to anybody.
      if (kind === 'clean') await gateway.store.stop();
      else await redis.restart();
      gateway = await stage.open('gateway-1', remembered);
    },
    close: stage.close,
  };
});
