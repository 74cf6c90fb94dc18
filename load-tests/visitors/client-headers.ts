/** What browsers and programs say of a request, by which a gate tells people from scripts. */
import type { Purpose } from './client.ts';

/** What came by header, and goes back by header. */
export interface Tokens {
  ticket: string | null;
  pass: string | null;
}

export function browserHeaders(purpose: Purpose): Record<string, string> {
  if (purpose === 'asset') {
    return {
      accept: 'text/css,*/*;q=0.1',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-site': 'same-origin',
      'sec-fetch-dest': 'style',
    };
  }
  if (purpose === 'ask') {
    return {
      accept: 'application/json',
      'sec-fetch-mode': 'cors',
      'sec-fetch-site': 'same-origin',
      'sec-fetch-dest': 'empty',
    };
  }
  return {
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-site': 'same-origin',
    'sec-fetch-dest': 'document',
  };
}

export function programHeaders(tokens: Tokens): Record<string, string> {
  return {
    accept: 'application/json',
    ...(tokens.ticket === null ? {} : { 'headgate-ticket': tokens.ticket }),
    ...(tokens.pass === null ? {} : { 'headgate-pass': tokens.pass }),
  };
}
