/** Gathers what one event-loop turn asks for into one call, with one call in flight: the store sees calls per turn, not per visitor. */

export interface TurnBatch<Item, Answer> {
  add(item: Item): Promise<Answer>;
}

interface Waiting<Item, Answer> {
  item: Item;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/** `send` answers by the order of its items. */
export function createTurnBatch<Item, Answer>(
  send: (items: Item[]) => Promise<Answer[]>,
  maxItems = 1_000,
): TurnBatch<Item, Answer> {
  const gathered: Waiting<Item, Answer>[] = [];
  let scheduled = false;
  let inFlight = false;

  const schedule = () => {
    if (scheduled || inFlight || gathered.length === 0) return;
    scheduled = true;
    setImmediate(flush);
  };
  const flush = async () => {
    scheduled = false;
    inFlight = true;
    const batch = gathered.splice(0, maxItems);
    try {
      const answers = await send(batch.map((waiting) => waiting.item));
      batch.forEach((waiting, index) => {
        waiting.resolve(answers[index] as Answer);
      });
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
    inFlight = false;
    schedule();
  };

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        gathered.push({ item, resolve, reject });
        schedule();
      }),
  };
}
