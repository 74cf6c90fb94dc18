/** What is too much of a request by its head alone, once the head can be read. */
import type { IncomingMessage } from 'node:http';
import type { Settings } from '../config/settings.ts';
import type { Classified } from './request/words.ts';

type Refusal = Classified & { kind: 'refused' };

export function headFault({ rawHeaders, headers }: IncomingMessage, { listen }: Settings): Refusal | null {
  let bytes = 0;
  for (const text of rawHeaders) bytes += text.length + 2;
  if (bytes > listen.maxHeaderBytes)
    return {
      kind: 'refused',
      code: 'HG_HEADERS_TOO_LARGE',
      detail: `the head is larger than ${listen.maxHeaderBytes} bytes`,
    };
  const bodyBytes = headers['content-length'];
  if (bodyBytes !== undefined && Number(bodyBytes) > listen.maxBodyBytes)
    return {
      kind: 'refused',
      code: 'HG_BODY_TOO_LARGE',
      detail: `the body is larger than ${listen.maxBodyBytes} bytes`,
    };
  return null;
}
