/** Where admin process and gateways meet: in the store where there are many, in memory where both are one process. */
import type { GatewayReport, HeardReport, Published } from './words.ts';

export type PublishedMark = Pick<Published, 'serial' | 'at'>;

/** Every call rejects while the link cannot be reached; nobody waits for it on a request's way. */
export interface ControlLink {
  /** The link's clock, epoch ms. */
  nowMs(): Promise<number>;
  /** The document, if its serial is above `serial`; null: nothing newer. */
  published(serial: number): Promise<Published | null>;
  /** By what the document is told from any other, without reading it; null: none stands there. */
  publishedMark(): Promise<PublishedMark | null>;
  /** Writes the document, unless a higher serial stands there; false: it does. */
  publish(document: Published): Promise<boolean>;
  report(report: GatewayReport): Promise<void>;
  /** Of gateways that were heard of in the last `withinMs`. */
  reports(withinMs: number): Promise<HeardReport[]>;
  /** A gateway that stops says so, so that it is not taken for a dead one. */
  forget(gateway: string): Promise<void>;
  /** Takes or keeps the right to be the only admin process; the present holder's words where another one has it. */
  holdAdmin(holder: string, forMs: number): Promise<{ kind: 'held' } | { kind: 'taken'; by: string }>;
  releaseAdmin(holder: string): Promise<void>;
  /** Called soon after somebody published, where the link can tell; polling sees it anyway. */
  onPublish(listener: () => void): void;
}
