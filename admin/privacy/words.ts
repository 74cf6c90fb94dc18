/** The words of the privacy inventory: what is kept or told, where, what for, and for how long. */

export interface InventoryEntry {
  /** Section of the document. */
  section: Section;
  /** Table, key, file, token, … */
  where: string;
  field: string;
  purpose: string;
  retention: string;
  /** Whether it can be about one person, staff included, or be tied to one. */
  personal: boolean;
  /** Why it is personal; why it is not. */
  why: string;
}

export const SECTIONS = {
  sqlite: 'The admin’s data (SQLite)',
  redis: 'Redis',
  file: 'Files under HEADGATE_DATA',
  visitor: 'What visitors carry',
  log: 'Logs',
  metric: 'Metrics',
  report: 'What gateways count and report',
  told: 'What is told to others',
} as const;

export type Section = keyof typeof SECTIONS;

interface Place {
  section: Section;
  where: string;
  retention: string;
  /** Of fields that do not say otherwise: why nothing in them is personal. */
  why: string;
}

type Field = string | { purpose: string; personal?: string; retention?: string };

/** One place whose fields share retention and reason; `personal`: the field is, and this is why. */
export function place(shared: Place, fields: Record<string, Field>): InventoryEntry[] {
  return Object.entries(fields).map(([field, said]) => {
    const { purpose, personal, retention } = typeof said === 'string' ? { purpose: said } : said;
    return {
      ...{ section: shared.section, where: shared.where, field, purpose },
      retention: retention ?? shared.retention,
      personal: personal !== undefined,
      why: personal ?? shared.why,
    };
  });
}

/** Who administers: a name that the deployment chose for a token, or the subject of an issuer. */
export const STAFF = 'names somebody of the staff by the name of a token, or by the issuer’s subject';
export const FREE_TEXT = 'staff write it freely: no names of visitors belong there';
export const PSEUDONYM = 'a random id that one browser carries; nothing stored ties it to a person';
