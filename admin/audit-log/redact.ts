/** Takes secrets out of what is written to the audit log: by the names of their keys, and where a text holds one that we know by sight. */

const REDACTED = '[redacted]';

/** Names without case, dashes and underscores; also at the end of a longer name. */
const SECRET_NAME = /(?:token|secret|password|passphrase|authorization|cookie|apikey|privatekey)$/;

/** Tokens of this API, and of issuers; passwords in addresses and in YAML. */
const SECRETS_IN_TEXT: [RegExp, string][] = [
  [/\bhga_([A-Za-z0-9]{1,32})_[A-Za-z0-9_-]+/g, `hga_$1_${REDACTED}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, REDACTED],
  [/(\w:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,500}@/g, `$1${REDACTED}@`],
  [/(\bbearer\s+)[\w.~+/=-]{8,}/gi, `$1${REDACTED}`],
  [/(\b(?:password|secret)["']?\s*[:=]\s*)(?!null\b|true\b|false\b)[^\s,;}]+/gi, `$1${REDACTED}`],
  // `token:<name>` tells who did something.
  [/(\btoken["']?\s*[:=]\s*)["']?[\w.~+/=-]{20,}/gi, `$1${REDACTED}`],
];

export function redacted(value: unknown): unknown {
  if (typeof value === 'string') return redactedText(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isSecret(key, inner) ? REDACTED : redacted(inner)]),
  );
}

export function redactedText(text: string): string {
  return SECRETS_IN_TEXT.reduce((told, [pattern, instead]) => told.replace(pattern, instead), text);
}

/** That there is none is no secret. */
function isSecret(key: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'boolean') return false;
  return SECRET_NAME.test(key.toLowerCase().replaceAll(/[-_]/g, ''));
}
