/** Listening on a port, with a refusal that names the field, the address and the variable to change. */
import type { AddressInfo, Server } from 'node:net';
import { HeadgateError } from './errors.ts';

export interface Address {
  host: string;
  port: number;
}

/** Where a port is configured. */
export interface PortField {
  field: string;
  variable: string;
}

export const GATEWAY_PORT = { field: 'listen.gateway.port', variable: 'HEADGATE_PORT' };
export const ADMIN_PORT = { field: 'listen.admin.port', variable: 'HEADGATE_ADMIN_PORT' };
export const METRICS_PORT = { field: 'listen.metrics.port', variable: 'HEADGATE_METRICS_PORT' };

/** Throws HG_PORT_TAKEN. */
export async function listen(
  server: { listen(address: Address): Promise<string> },
  address: Address,
  named: PortField,
): Promise<void> {
  try {
    await server.listen({ host: address.host, port: address.port });
  } catch (error) {
    throw portRefused(error, address, named);
  }
}

export function portRefused(
  error: unknown,
  { host, port }: Address,
  { field, variable }: PortField,
): HeadgateError {
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === 'EADDRINUSE'
      ? 'is taken'
      : code === 'EACCES'
        ? 'may not be used by this user'
        : `cannot be listened on (${code})`;
  const message = `${field}: ${host}:${port} ${why}; set ${variable} to another port`;
  return new HeadgateError('HG_PORT_TAKEN', message, { cause: error });
}

export function originOf(server: Server, scheme: 'http' | 'https'): string {
  const { address, port, family } = server.address() as AddressInfo;
  const host =
    address === '0.0.0.0' || address === '::' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `${scheme}://${host}:${port}`;
}
