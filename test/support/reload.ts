/** Hands a running gateway another configuration by SIGHUP, and waits until it has said what became of it. */
import { expect, vi } from 'vitest';
import type { GatewayProcess } from './gateway-process.ts';

export interface ReloadLine {
  msg: string;
  level: string;
  error?: string;
  revision?: number;
  errors?: { line: number; rule: string; path: string; message: string }[];
}

/** Resolves with the line that the gateway logged: `configuration reloaded`, or `configuration not reloaded…`. */
export async function reload(gate: GatewayProcess, config: string): Promise<ReloadLine> {
  const before = reloadLines(gate).length;
  await gate.writeConfig(config);
  gate.signal('SIGHUP');
  // As an expectation of any moment, so that it may stand in a hook as well.
  await vi.waitFor(() => expect(reloadLines(gate).length).toBeGreaterThan(before), {
    interval: 10,
    timeout: 60_000,
  });
  return reloadLines(gate).at(-1) as ReloadLine;
}

function reloadLines(gate: GatewayProcess): ReloadLine[] {
  const lines = gate.output().match(/^\{.*"msg":"configuration (not )?reloaded.*\}$/gm) ?? [];
  return lines.map((line) => JSON.parse(line) as ReloadLine);
}
