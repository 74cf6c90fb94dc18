/** An admin API, asked as an operator's script asks it. */
import { fetchJson } from './fetch-json.ts';
import type { AdminAccess } from './words.ts';

/** `patienceMs`: how long an answer may take; a few seconds where absent. */
export function openAdmin(url: string, token: string, patienceMs?: number): AdminAccess {
  return {
    url,
    token,
    ask: (method, path, body, headers = {}) =>
      fetchJson(
        `${url}/v1/${path}`,
        {
          method,
          // Elsewhere nobody was named.
          redirect: 'error',
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        },
        patienceMs,
      ),
  };
}
