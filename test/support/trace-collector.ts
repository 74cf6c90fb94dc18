/** A collector of traces in a few lines: keeps every span that is posted to it, and refuses or hangs where a test wants it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cleanUpLater } from './clean-up.ts';

export interface SeenSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  /** 2 server, 3 client. */
  kind: number;
  /** 2 error. */
  status: number;
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
}

export interface TraceCollector {
  url: string;
  spans: SeenSpan[];
  /** Of each post: its path, and its headers. */
  posts: { path: string; headers: Record<string, unknown> }[];
  /** Every byte that came. */
  text: string;
  answer: 'take' | 'refuse' | 'hang';
}

type Attributes = { key: string; value: Record<string, unknown> }[];
interface Posted {
  resourceSpans: {
    resource: { attributes: Attributes };
    scopeSpans: { spans: PostedSpan[] }[];
  }[];
}
interface PostedSpan extends Omit<SeenSpan, 'attributes' | 'resource' | 'status' | 'parentSpanId'> {
  parentSpanId?: string;
  status?: { code?: number };
  attributes: Attributes;
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const collector: TraceCollector = { url: '', spans: [], posts: [], text: '', answer: 'take' };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    collector.posts.push({ path: request.url ?? '', headers: { ...request.headers } });
    collector.text += body;
    if (collector.answer === 'hang') return;
    if (collector.answer === 'take') collector.spans.push(...spansOf(JSON.parse(body) as Posted));
    response.writeHead(collector.answer === 'take' ? 200 : 400, { 'content-type': 'application/json' });
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUpLater(() => {
    server.closeAllConnections();
    server.close();
  });
  collector.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return collector;
}

function spansOf({ resourceSpans }: Posted): SeenSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        parentSpanId: span.parentSpanId ?? '',
        status: span.status?.code ?? 0,
        attributes: plain(span.attributes),
        resource: plain(resource.attributes),
      })),
    ),
  );
}

function plain(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
