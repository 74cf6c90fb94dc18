/**
 * Fills what each gateway remembers of tokens up to its bound before anything is judged: at the rate of a soak that would take
 * hours, in which memory grows as it should. The visitors wait in a room of their own, which lets nobody in.
 */
import { Agent, request } from 'undici';
import { ASIDE } from './config.ts';

const AT_ONCE = 50;

export async function fillMemories(
  gates: readonly string[],
  visitors: number,
  signal: AbortSignal,
): Promise<void> {
  const dispatcher = new Agent({ connections: AT_ONCE });
  const ask = async (url: string, method: 'GET' | 'POST', headers = {}) => {
    const { statusCode, body } = await request(url, { dispatcher, method, headers, signal });
    if (statusCode >= 300) throw new Error(`${url} answered ${statusCode}`);
    return (await body.json()) as { ticket?: string };
  };
  let left = visitors;
  const oneAfterAnother = async () => {
    while (left-- > 0) {
      const { ticket } = await ask(`${gates[0]}/.headgate/rooms/${ASIDE}/tickets`, 'POST');
      for (const gate of gates)
        await ask(`${gate}/.headgate/rooms/${ASIDE}/ticket`, 'GET', { 'headgate-ticket': ticket });
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, oneAfterAnother));
  } finally {
    await dispatcher.destroy();
  }
}
