/** What the platform's routes share. Types only. */
import type { Books } from './books.ts';
import type { Integration } from './integration.ts';
import type { Mode } from './mode.ts';
import type { Registrations } from './registrations.ts';
import type { Sessions } from './sessions.ts';

export interface Premises {
  mode: Mode;
  books: Books;
  /** Of a rehearsal's visitors; null: the platform knows of none. */
  rehearsalBooks: Books | null;
  sessions: Sessions;
  registrations: Registrations;
  integration: Integration;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Database queries in a row that the route costs; 0 where absent. */
    queries?: number;
  }
}
