/** Pins: values that every revision is read with until they are lifted. A pin is taken only where the active configuration can be read with it. */
import { randomUUID } from 'node:crypto';
import { parseDocument } from 'yaml';
import type { Pin } from '../../gateway/control/words.ts';
import type { Publisher } from '../control/publisher.ts';
import type { AuditLog } from '../control/words.ts';
import type { ControlData } from '../data/words.ts';
import { AdminError } from '../errors.ts';
import { invalid, readText, type Surroundings } from '../revisions/read-text.ts';

export interface NewPin {
  path: string;
  value: unknown;
  reason: string;
  by: string;
}

export interface Pins {
  all(): readonly Pin[];
  /** Replaces the pin on the same path. Throws AdminError HG_REVISION_INVALID. */
  set(pin: NewPin): Pin;
  /** False: there is no such pin. */
  lift(id: string, by: string, reason: string | null): boolean;
}

export interface PinsParts {
  data: ControlData;
  publisher: Publisher;
  auditLog: AuditLog;
  clock: { wallMs(): number };
  around: Surroundings;
}

/** What may be pinned; all else holds from the start of a process, or has its own way to be changed. */
const SECTIONS = ['rules', 'rooms', 'upstreams', 'default', 'passes', 'log', 'audit'];
const MOST_PINS = 200;

export function createPins({ data, publisher, auditLog, clock, around }: PinsParts): Pins {
  const write = (
    pins: readonly Pin[],
    entry: Omit<Parameters<AuditLog['append']>[0], 'subject'>,
    path: string,
  ) =>
    data.transaction(() => {
      auditLog.append({ ...entry, subject: `pin ${path}` });
      publisher.change({ pins });
    });

  const refuseUnlessReadable = (pin: Pin, others: readonly Pin[]) => {
    const { active, staged } = publisher.current();
    refuseUnlessThere(pin, active.config);
    for (const { number, config } of staged === null ? [active] : [active, staged]) {
      const answer = readText({ number, config, name: `revision ${number}` }, [...others, pin], around);
      if (answer.kind === 'wrong') throw invalid(answer.faults);
      // A staged revision may lack what is pinned.
      if (number === active.number && answer.read.missing.includes(pin)) throw missing(pin, config);
    }
  };

  return {
    all: () => publisher.current().pins,
    set({ path, value, reason, by }) {
      const { pins } = publisher.current();
      const at = new Date(clock.wallMs()).toISOString();
      const pin: Pin = { id: randomUUID(), path, value, reason, by, at };
      const others = pins.filter((one) => one.path !== path);
      if (others.length >= MOST_PINS)
        throw new AdminError('HG_CONFLICT', `there are ${MOST_PINS} pins: lift some first`);
      refuseUnlessReadable(pin, others);
      const before = pins.find((one) => one.path === path) ?? null;
      write([...others, pin], { actor: by, action: 'pin.set', reason, before, after: pin }, path);
      return pin;
    },
    lift(id, by, reason) {
      const { pins } = publisher.current();
      const pin = pins.find((one) => one.id === id);
      if (pin === undefined) return false;
      const left = pins.filter((one) => one !== pin);
      write(left, { actor: by, action: 'pin.lift', reason, before: pin, after: null }, pin.path);
      return true;
    },
  };
}

function refuseUnlessThere({ path }: Pin, config: string): void {
  const [section = '', ...rest] = path.split('.');
  if (!SECTIONS.includes(section) || rest.length === 0 || rest.includes('')) {
    const message = `${path}: a pin is on ${SECTIONS.map((name) => `${name}.…`).join(', ')}`;
    throw invalid([{ path, message }]);
  }
  const isWhole =
    ['rules', 'rooms', 'upstreams'].includes(section) && namesIn(config, section).includes(rest.join('.'));
  if (isWhole)
    throw invalid([{ path, message: `${path}: a pin is on one value of it, such as ${path}.enabled` }]);
}

function missing({ path }: Pin, config: string): AdminError {
  const section = path.split('.')[0] ?? '';
  const names = namesIn(config, section);
  const message = `${path}: there is nothing of this name; ${section} has ${names.slice(0, 50).join(', ')}`;
  return invalid([{ path, message }]);
}

function namesIn(config: string, section: string): string[] {
  const held: unknown = parseDocument(config, { logLevel: 'silent' }).toJS()?.[section];
  if (Array.isArray(held)) return held.map((entry) => String((entry as { name?: unknown } | null)?.name));
  return typeof held === 'object' && held !== null ? Object.keys(held) : [];
}
