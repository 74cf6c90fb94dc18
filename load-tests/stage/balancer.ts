/** A balancer in front of gateways: sends visitors to those that said that they are ready when it last looked, and to all of them where none did. */
import type { Troupe } from './troupe.ts';

export interface Balanced {
  readonly url: string;
  isReady(): Promise<boolean>;
}

/** Origins as the balancer has them now; null: nobody balances, and every gateway is asked. */
export async function balance(
  troupe: Troupe,
  gateways: readonly Balanced[],
  everyMs: number | null,
): Promise<() => readonly string[]> {
  const all = gateways.map(({ url }) => url);
  if (everyMs === null) return () => all;
  let origins: readonly string[] = all;
  const look = async () => {
    const ready = await Promise.all(gateways.map((gateway) => gateway.isReady()));
    const usable = all.filter((_, index) => ready[index]);
    origins = usable.length > 0 ? usable : all;
  };
  const timer = setInterval(() => void look(), everyMs);
  troupe.atEnd(() => clearInterval(timer));
  await look();
  return () => origins;
}
