/** What the admin process needs of a log. Types only. */
export interface AdminLog {
  say(level: 'debug' | 'info' | 'warn' | 'error', facts: object, message: string): void;
}
