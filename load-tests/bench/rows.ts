/** The rows of the table: each path of the gate beside its peer, measured in turns within one run. */
import { beside, LINE, NAVIGATION, type Plan, type Row } from './row.ts';
import type { Load, Measured } from './server.ts';
import { measureSize } from './size-rows.ts';
import type { Bench } from './stage.ts';

export async function measureRows(bench: Bench, plan: Plan): Promise<Row[]> {
  const { gate, json, proxy } = bench;
  const route: Load = { url: `${json.url}/json`, amount: plan.amount };
  const status: Load = { url: `${gate.url}${LINE}/status`, amount: plan.amount };
  const join: Load = { url: `${gate.url}/line/`, amount: plan.amount, headers: NAVIGATION };
  const pass = await bench.takePass();
  const forward = (server: Measured, headers = {}): Load => ({
    url: `${server.url}/forward/`,
    amount: plan.amount,
    headers,
  });

  const rows = [
    await beside(
      'status poll',
      { server: gate, load: status },
      { name: 'bare Fastify JSON route', server: json, load: route },
      1.2,
      plan,
    ),
    await beside(
      'join, embedded store (waiting page, signed ticket)',
      { server: gate, load: join },
      { name: 'bare Fastify JSON route', server: json, load: route },
      3,
      plan,
    ),
    await beside(
      'forwarded with a pass, stamped',
      { server: gate, load: forward(gate, { 'headgate-pass': pass }) },
      { name: 'stock @fastify/http-proxy', server: proxy, load: forward(proxy) },
      0.65,
      plan,
    ),
  ];
  return [...rows, ...(await measureSize(bench, bench.startGate, plan, ''))];
}
