/** A queue of deadlines: whatever ends first is found first, in O(log n), without looking at the others. */

/** A binary heap over plain objects; equal times are ordered by id, as a Redis sorted set orders equal scores. */
export interface Deadline {
  at: number;
  id: string;
}

export function pushDeadline(heap: Deadline[], deadline: Deadline): void {
  let index = heap.length;
  heap.push(deadline);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(deadline, heap[parent]!)) break;
    heap[index] = heap[parent]!;
    index = parent;
  }
  heap[index] = deadline;
}

/** Takes the first deadline out if it is not after `now`. */
export function takeDue(heap: Deadline[], now: number): Deadline | undefined {
  const first = heap[0];
  if (first === undefined || first.at > now) return undefined;
  const last = heap.pop()!;
  if (heap.length > 0) sink(heap, last);
  return first;
}

function sink(heap: Deadline[], deadline: Deadline): void {
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, deadline)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = deadline;
}

function isBefore(a: Deadline, b: Deadline): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id);
}
