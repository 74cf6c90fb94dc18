/** A receiver of webhooks that keeps every post, and fails, hangs or redirects where a test wants it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cleanUpLater } from './clean-up.ts';

export interface ReceivedPost {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface WebhookReceiver {
  url: string;
  posts: ReceivedPost[];
  /** Of each post, in turn; the last one stays. `hang`: no answer at all. */
  answers: (number | 'hang' | 'redirect')[];
  /** Connections that wait for an answer. */
  hanging(): number;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  let hanging = 0;
  const receiver: WebhookReceiver = { url: '', posts: [], answers: [200], hanging: () => hanging };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)]));
    receiver.posts.push({ path: request.url ?? '', headers, body });
    const answer = receiver.answers.length > 1 ? receiver.answers.shift() : receiver.answers[0];
    if (answer === 'hang') {
      hanging++;
      response.once('close', () => hanging--);
    } else if (answer === 'redirect')
      response.writeHead(307, { location: `${receiver.url}/elsewhere` }).end();
    else response.writeHead(answer ?? 200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUpLater(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}
