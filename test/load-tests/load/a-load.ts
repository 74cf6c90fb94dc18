/** A small load for tests: one group against one server, as a test changes it. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Arrivals, Behaviour, VisitorGroup } from '../../../load-tests/rehearse/visitor-words.ts';
import {
  type Load,
  type LoadOptions,
  type LoadPlan,
  type LoadTarget,
  sendLoad,
} from '../../../load-tests/visitors/load.ts';
import { cleanUpLater } from '../../support/clean-up.ts';

export const HOST = 'register.example.com';
export const ADDRESS = `http://${HOST}/ereg/newreg.php?eventid=4711`;

export function behaviourOf(change: Partial<Behaviour> = {}): Behaviour {
  return {
    ...{ stay: { least: 0, most: 0 }, fillsForm: false, leaves: false, loadsAssets: false, noShowShare: 0 },
    ...{
      impatience: null,
      twoTabsShare: 0,
      sleepers: null,
      backButtonShare: 0,
      retries: 2,
      patienceSeconds: 10,
    },
    ...{ numbers: 0, comesWhenCalled: false, networks: null },
    ...change,
  };
}

/** Ten visitors in a second. */
export const TEN: Arrivals = { shape: 'step', fromSeconds: 0, untilSeconds: 1, perMinute: 600 };

export function groupOf(
  change: Partial<Omit<VisitorGroup, 'behaviour'>> & { behaviour?: Partial<Behaviour> } = {},
): VisitorGroup {
  return {
    ...{ name: 'people', kind: 'browser', arrivals: TEN, addresses: [{ url: ADDRESS, weight: 1 }] },
    ...change,
    behaviour: behaviourOf(change.behaviour),
  };
}

export function planOf(groups: readonly VisitorGroup[], change: Partial<LoadPlan> = {}): LoadPlan {
  return { groups, seconds: 600, compress: 1, seed: 7, visitors: null, ...change };
}

export function targetOf(origin: string, change: Partial<LoadTarget> = {}): LoadTarget {
  return {
    origins: () => [origin],
    onRefused: 'fail',
    ...{ prefix: '/.headgate', cookiePrefix: 'hg', headers: {}, keepHost: true },
    ...change,
  };
}

/** Sent from this process unless told otherwise; nobody of it stays after the test. */
export async function load(plan: LoadPlan, target: LoadTarget, options: LoadOptions = {}): Promise<Load> {
  const sent = await sendLoad(plan, target, { workers: 0, ...options });
  cleanUpLater(() => sent.stop());
  return sent;
}

export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUpLater(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
