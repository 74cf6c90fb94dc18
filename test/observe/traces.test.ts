/** Traces: a span of the gate and one of the platform for each request, on the visitor's trace, with nothing of the visitor in them. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createTraceExport } from '../../gateway/observe/trace-export.ts';
import { readTraceParent, writeTraceParent } from '../../gateway/observe/trace-parent.ts';
import { openTraces, tracesWanted } from '../../gateway/observe/traces.ts';
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts';
import { NAVIGATION } from '../support/http-client.ts';
import { echo, startRecordingPlatform } from '../support/recording-platform.ts';
import { fieldOf } from '../support/strict-requests.ts';
import { type SeenSpan, startTraceCollector } from '../support/trace-collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const SERVER = 2;
const CLIENT = 3;

const platform = await startRecordingPlatform();
const config = `
upstreams: { platform: { targets: ["${platform.url}"] } }
rooms: { "event-{eventid}": { limits: { sessions: 100 } }, platform: {} }
rules:
  - { name: event, match: { path: /ereg/*, query: { eventid: "{eventid}" } }, room: "event-{eventid}" }
default: { room: platform, upstream: platform }
`;

beforeEach(() => {
  platform.answer = echo;
});

const quick = { OTEL_BSP_SCHEDULE_DELAY: '50' };

async function get(gate: GatewayProcess, target: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${gate.url}${target}`, { headers: { ...NAVIGATION, ...headers } });
  await answer.arrayBuffer();
  return answer;
}

async function spansOf(spans: SeenSpan[], kind: number, wanted = 1): Promise<SeenSpan[]> {
  const ofKind = () => spans.filter((span) => span.kind === kind);
  await vi.waitFor(() => expect(ofKind().length).toBeGreaterThanOrEqual(wanted), { timeout: 60_000 });
  return ofKind();
}

describe('a gate whose environment names a collector', async () => {
  const collector = await startTraceCollector();
  const gate = await startGateway({
    config,
    env: {
      ...quick,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=events',
      OTEL_SERVICE_NAME: 'the gate',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    },
  });

  test('a request is one span of the gate with one of the platform within, on the trace that it came with', async () => {
    collector.spans.length = 0;
    platform.forget();
    await get(gate, '/ereg/newreg.php?eventid=4711', {
      traceparent: `00-${TRACE}-${PARENT}-01`,
      tracestate: 'vendor=1',
    });
    const [server] = await spansOf(collector.spans, SERVER);
    const [client] = await spansOf(collector.spans, CLIENT);
    expect(server).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, name: 'GET event', status: 0 });
    expect(client).toMatchObject({ traceId: TRACE, parentSpanId: server?.spanId, name: 'platform' });
    expect(fieldOf(platform.requests[0]!, 'traceparent')).toBe(`00-${TRACE}-${client?.spanId}-01`);
    expect(fieldOf(platform.requests[0]!, 'tracestate')).toBe('vendor=1');
  });

  test('it tells method, route, room, state and status, and whose gate it is', async () => {
    collector.spans.length = 0;
    await get(gate, '/ereg/newreg.php?eventid=4712');
    const [server] = await spansOf(collector.spans, SERVER);
    expect(server?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': 'event',
      'http.response.status_code': 200,
      'headgate.state': 'allowed',
      'headgate.class': 'registration',
      'headgate.room': 'event-4712',
      'headgate.rule': 'event',
    });
    expect(server?.resource).toMatchObject({
      'service.name': 'the gate',
      'deployment.environment': 'test',
    });
    expect(collector.posts.at(-1)).toMatchObject({ path: '/v1/traces', headers: { 'x-tenant': 'events' } });
  });

  test('nothing that a visitor sent is in it: no path, query, cookie, address or token', async () => {
    collector.spans.length = 0;
    const from = collector.text.length;
    const [name] = ['alice'];
    await get(gate, `/reset/${name}@example.com?mail=${name}%40example.com`, {
      cookie: `login=${name}-cookie; hg_p_platform=${name}-pass`,
      authorization: `Bearer ${name}-token`,
      'x-forwarded-for': '203.0.113.9',
      'user-agent': `${name}-browser`,
    });
    await spansOf(collector.spans, SERVER);
    await spansOf(collector.spans, CLIENT);
    const told = collector.text.slice(from);
    for (const secret of [name, '203.0.113.9', '127.0.0.1', 'example.com'])
      expect(told).not.toContain(secret);
  });

  test('a header that is no valid traceparent begins a new trace, and its tracestate ends here', async () => {
    collector.spans.length = 0;
    platform.forget();
    await get(gate, '/', { traceparent: `00-${'0'.repeat(32)}-${PARENT}-01`, tracestate: 'vendor=1' });
    const [server] = await spansOf(collector.spans, SERVER);
    expect(server?.traceId).not.toBe('0'.repeat(32));
    expect(server?.parentSpanId).toBe('');
    expect(fieldOf(platform.requests[0]!, 'tracestate') ?? '').toBe('');
  });

  test('a trace that nobody samples is passed on and not told', async () => {
    collector.spans.length = 0;
    platform.forget();
    await get(gate, '/', { traceparent: `00-${TRACE}-${PARENT}-00` });
    const carried = fieldOf(platform.requests[0]!, 'traceparent') ?? '';
    expect(carried).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    await get(gate, '/ereg/x?eventid=1');
    const told = await spansOf(collector.spans, SERVER);
    expect(told.map(({ traceId }) => traceId)).not.toContain(TRACE);
  });

  test('what the platform fails at is an error in both spans', async () => {
    collector.spans.length = 0;
    platform.answer = () => 'HTTP/1.1 500 Broken\r\ncontent-length: 0\r\n\r\n';
    await get(gate, '/ereg/newreg.php?eventid=1');
    const [server] = await spansOf(collector.spans, SERVER);
    const [client] = await spansOf(collector.spans, CLIENT);
    expect([server?.status, client?.status]).toEqual([2, 2]);
    expect(client?.attributes).toMatchObject({ 'http.response.status_code': 500 });
  });

  test('what was not sent yet is sent before the process ends', async () => {
    const late = await startGateway({
      config: `${config}\ndrain: { delaySeconds: 0, seconds: 1 }`,
      env: {
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/mine`,
        OTEL_BSP_SCHEDULE_DELAY: '3600000',
      },
    });
    await get(late, '/ereg/x?eventid=77');
    collector.spans.length = 0;
    expect(await late.stop()).toBe(0);
    expect(collector.spans.map(({ attributes }) => attributes['headgate.room'])).toContain('event-77');
    expect(collector.posts.at(-1)?.path).toBe('/mine');
  });
});

describe('a collector that is of no use', () => {
  test('one that hangs neither slows a request nor keeps the process from ending', async () => {
    const collector = await startTraceCollector();
    collector.answer = 'hang';
    const gate = await startGateway({
      config: `${config}\ndrain: { delaySeconds: 0, seconds: 1 }`,
      env: { ...quick, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(gate, '/ereg/x?eventid=1')));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await vi.waitFor(() => expect(collector.posts.length).toBeGreaterThan(0), { timeout: 60_000 });
    expect(await gate.stop()).toBe(0);
  });

  test('what it refuses is counted', async () => {
    const collector = await startTraceCollector();
    collector.answer = 'refuse';
    const gate = await startGateway({
      config,
      env: { ...quick, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    });
    await get(gate, '/ereg/x?eventid=1');
    const dropped = async () => {
      const text = await (await fetch(`${gate.metricsUrl}/metrics`)).text();
      return Number(/headgate_trace_spans_total\{outcome="dropped"\} (\d+)/.exec(text)?.[1]);
    };
    await vi.waitFor(async () => expect(await dropped()).toBeGreaterThanOrEqual(2), { timeout: 60_000 });
  });

  test('spans beyond the bound are dropped and counted, never kept', async () => {
    const { BasicTracerProvider } = await import('@opentelemetry/sdk-trace-base');
    const taken: number[] = [];
    const { processor, figures } = createTraceExport({
      // Takes them, and never says so.
      export: (spans) => void taken.push(spans.length),
      shutdown: async () => {},
    });
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('test');
    for (let count = 0; count < 10_000; count++) tracer.startSpan('request').end();
    expect(figures()).toEqual({ sent: 0, dropped: 10_000 - 4_096 });
  });
});

describe('an environment', () => {
  const log = { say: vi.fn() };
  test('that names no endpoint, or wants none, opens nothing', async () => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
    expect(await openTraces({}, '1', log)).toBeNull();
    expect(await openTraces({ ...endpoint, OTEL_SDK_DISABLED: 'true' }, '1', log)).toBeNull();
    expect(await openTraces({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, '1', log)).toBeNull();
    expect(log.say).not.toHaveBeenCalled();
    expect(await openTraces({ ...endpoint, OTEL_TRACES_EXPORTER: 'zipkin' }, '1', log)).toBeNull();
    expect(log.say).toHaveBeenCalledOnce();
    expect(tracesWanted(endpoint)).toEqual({ kind: 'yes' });
  });

  test('a gate without traces leaves a visitor’s traceparent as it is', async () => {
    const gate = await startGateway({ config });
    platform.forget();
    await get(gate, '/', { traceparent: `00-${TRACE}-${PARENT}-01` });
    expect(fieldOf(platform.requests[0]!, 'traceparent')).toBe(`00-${TRACE}-${PARENT}-01`);
  });
});

describe('traceparent', () => {
  test('is read as the specification says', () => {
    const read = (text: unknown) => readTraceParent(text, undefined) !== null;
    expect(read(`00-${TRACE}-${PARENT}-01`)).toBe(true);
    expect(read(`cc-${TRACE}-${PARENT}-01-what-the-future-brings`)).toBe(true);
    const wrong = [
      undefined,
      '',
      `ff-${TRACE}-${PARENT}-01`,
      `00-${TRACE}-${PARENT}-01-more`,
      `cc-${TRACE}-${PARENT}-01.more`,
      `00-${TRACE.toUpperCase()}-${PARENT}-01`,
      `00-${'0'.repeat(32)}-${PARENT}-01`,
      `00-${TRACE}-${'0'.repeat(16)}-01`,
      `00-${TRACE}-${PARENT}-0g`,
      `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`,
    ];
    expect(wrong.filter(read)).toEqual([]);
  });

  test('is written as it was read', () => {
    const text = `00-${TRACE}-${PARENT}-01`;
    expect(writeTraceParent(readTraceParent(text, 'vendor=1')!)).toBe(text);
    expect(readTraceParent(text, 'vendor=1')?.traceState?.get('vendor')).toBe('1');
  });
});
