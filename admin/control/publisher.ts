/** The one place that makes the document which gateways obey: each change is on the disk first, within the change that it belongs to, and published then. */
import type { Published } from '../../gateway/control/words.ts';
import type { ControlData } from '../data/words.ts';

export type Contents = Omit<Published, 'serial' | 'at'>;

export interface Publisher {
  /** The last document that was made; its active number is 0 before the first revision. */
  current(): Published;
  /** Makes the next document; undone with the transaction around it. */
  change(contents: Partial<Contents>): Published;
  /** Makes the next document above a serial that somebody else has used. */
  outbid(serial: number): void;
  /** A gateway obeys a document of this serial: what is published must go above it. */
  heardOf(serial: number): void;
  highestHeard(): number;
  /** Takes over what another life of this admin process published. */
  adopt(document: Published): void;
  /** Called once a change is on the disk. */
  onChange(listener: () => void): void;
}

export interface PublisherParts {
  data: ControlData;
  clock: { wallMs(): number };
}

const NOTHING: Published = {
  serial: 0,
  at: new Date(0).toISOString(),
  active: { number: 0, config: '' },
  staged: null,
  pins: [],
  messages: [],
  commands: [],
  fileHash: null,
};

const TABLE = `CREATE TABLE IF NOT EXISTS published (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  document TEXT NOT NULL
) STRICT`;

export function createPublisher({ data, clock }: PublisherParts): Publisher {
  data.define(TABLE);
  const select = data.db.prepare('SELECT document FROM published');
  const replace = data.db.prepare('INSERT OR REPLACE INTO published (only, document) VALUES (1, ?)');
  const listeners: (() => void)[] = [];
  let known: Published | null = null;
  let heard = 0;

  const read = (): Published => {
    const row = select.get() as { document: string } | undefined;
    return row === undefined ? NOTHING : (JSON.parse(row.document) as Published);
  };

  const current = (): Published => {
    if (known !== null) return known;
    const document = read();
    // What a change has written may be undone yet.
    if (!data.db.isTransaction) known = document;
    return document;
  };

  const write = (document: Published): Published =>
    data.transaction(() => {
      known = null;
      replace.run(JSON.stringify(document));
      data.afterCommit(() => {
        for (const listener of listeners) listener();
      });
      return document;
    });

  const next = (contents: Partial<Contents>, above: number): Published =>
    write({
      ...current(),
      ...contents,
      serial: Math.max(current().serial, above) + 1,
      at: new Date(clock.wallMs()).toISOString(),
    });

  return {
    current,
    change: (contents) => next(contents, 0),
    outbid: (serial) => void next({}, serial),
    heardOf(serial) {
      heard = Math.max(heard, serial);
    },
    highestHeard: () => heard,
    adopt: (document) => void write(document),
    onChange: (listener) => void listeners.push(listener),
  };
}
