/** How the admin process itself fares, for the metrics port: its disk, its link, who reports to it. */
import type { ControlData } from './data/words.ts';
import type { RunningFleet } from './fleet/fleet.ts';

export function adminMetrics(parts: {
  data: Pick<ControlData, 'health'>;
  fleet: Pick<RunningFleet, 'gateways' | 'silent' | 'isLinked'>;
}): string {
  const { data, fleet } = parts;
  return [
    ...gauge(
      'headgate_admin_writable',
      '1 while the admin’s disk takes changes',
      isTrue(data.health().writable),
    ),
    ...gauge('headgate_admin_linked', '1 while the gateways’ reports can be read', isTrue(fleet.isLinked())),
    ...gauge('headgate_gateways', 'Gateways that report', fleet.gateways().length),
    ...gauge('headgate_gateways_silent', 'Gateways that fell silent without a word', fleet.silent().length),
    '',
  ].join('\n');
}

function gauge(name: string, help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}

function isTrue(value: boolean): number {
  return value ? 1 : 0;
}
