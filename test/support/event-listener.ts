/** Listens to an admin API's server-sent events as an operator's page does, and keeps what it hears. */
import { cleanUpLater } from './clean-up.ts';

export interface HeardEvent {
  kind: string;
  room: string | null;
  summary: string;
}

export interface EventListener {
  heard: HeardEvent[];
  /** Resolves when the other side has ended the stream. */
  ended: Promise<void>;
}

/** Resolves once it listens. */
export async function listenToEvents(url: string, token: string): Promise<EventListener> {
  const over = new AbortController();
  cleanUpLater(() => over.abort());
  const answer = await fetch(`${url}/v1/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: over.signal,
  });
  if (!answer.ok || answer.body === null) throw new Error(`events: ${answer.status} ${await answer.text()}`);
  const heard: HeardEvent[] = [];
  return { heard, ended: keep(answer.body, heard).catch(() => {}) };
}

async function keep(body: ReadableStream<Uint8Array>, heard: HeardEvent[]): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) heard.push(JSON.parse(data) as HeardEvent);
    }
  }
}
