/** A gate in miniature: serves one waiting page and one ticket that a test may change, and remembers who asked what and when. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PageModel } from '../../gateway/page/words.ts';
import { cleanUpLater } from './clean-up.ts';
import { loadedPages, pageModel, SUMMIT } from './page-models.ts';

export interface PageServer {
  url: string;
  /** What the next navigation shows; null: the platform's page. */
  model: PageModel | null;
  /** What the next poll answers; null: 404. */
  ticket: Record<string, unknown> | null;
  /** Cuts every connection without an answer. */
  isDown: boolean;
  polls: number;
  /** Of each navigation: when it came, and when its answer had been sent, in ms. */
  navigations: { at: number; sentAt: number }[];
}

const TARGET = '/ereg/newreg.php?eventid=4711';

export async function startPageServer(): Promise<PageServer> {
  const pages = loadedPages(SUMMIT);
  const state: PageServer = {
    url: '',
    model: pageModel('waiting', SUMMIT, { target: TARGET }),
    ticket: ticketAt(312),
    isDown: false,
    polls: 0,
    navigations: [],
  };
  const server = createServer((request, response) => {
    if (state.isDown) {
      request.socket.destroy();
    } else if (request.url === '/.headgate/rooms/event-4711/ticket') {
      state.polls++;
      response.writeHead(state.ticket === null ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(state.ticket ?? { code: 'HG_NO_TICKET' }));
    } else if (request.url !== TARGET) {
      response.writeHead(404).end();
    } else {
      const navigation = { at: performance.now(), sentAt: Number.POSITIVE_INFINITY };
      state.navigations.push(navigation);
      response.on('finish', () => {
        navigation.sentAt = performance.now();
      });
      const page = state.model === null ? null : pages.renderPage(state.model, 'en');
      response.writeHead(200, [...(page?.headers ?? ['content-type', 'text/html'])]);
      response.end(page?.html ?? '<title>Inside</title>');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUpLater(() => {
    server.closeAllConnections();
    server.close();
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${TARGET}`;
  return state;
}

export function ticketAt(position: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    room: 'event-4711',
    state: 'waiting',
    lane: 'default',
    number: 1208,
    position,
    serving: 1208 - position,
    expectedWaitSeconds: { low: 60, high: 120 },
    pollAfterSeconds: 8,
    claimBy: null,
    messages: [],
    ...changes,
  };
}
