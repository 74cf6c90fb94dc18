/** Reads requests from bytes as RFC 9112 says and no more leniently: what this reader takes, every platform reads alike. */

export interface StrictRequest {
  method: string;
  target: string;
  /** Names in lower case, values as sent, in order. */
  headers: Array<[string, string]>;
  body: Buffer;
}

export interface Reading {
  requests: StrictRequest[];
  /** Bytes behind the last whole request. */
  rest: Buffer;
}

const REQUEST_LINE = /^([A-Z][A-Z-]*) ([!-~]+) HTTP\/1\.1$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*?)[ \t]*$/;
const CHUNK_SIZE = /^[0-9a-fA-F]{1,8}$/;

/** The whole requests in `bytes`; throws at the first byte that two readers could take differently. */
export function readRequests(bytes: Buffer): Reading {
  const requests: StrictRequest[] = [];
  let rest = bytes;
  for (;;) {
    const next = readRequest(rest);
    if (next === null) return { requests, rest };
    requests.push(next.request);
    rest = rest.subarray(next.length);
  }
}

export function fieldOf({ headers }: StrictRequest, name: string): string | undefined {
  return headers.find(([key]) => key === name)?.[1];
}

export function fieldsOf({ headers }: StrictRequest, name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}

function readRequest(bytes: Buffer): { request: StrictRequest; length: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [line, ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const match = REQUEST_LINE.exec(line!);
  if (!match) throw new Error(`no request line: ${JSON.stringify(line)}`);
  const headers = lines.map(readField);
  const body = readBody(bytes.subarray(headEnd + 4), headers);
  if (body === null) return null;
  const request = { method: match[1]!, target: match[2]!, headers, body: body.content };
  return { request, length: headEnd + 4 + body.length };
}

function readField(line: string): [string, string] {
  const match = FIELD.exec(line);
  if (!match) throw new Error(`no field: ${JSON.stringify(line)}`);
  return [match[1]!.toLowerCase(), match[2]!];
}

function readBody(bytes: Buffer, headers: ReadonlyArray<[string, string]>) {
  const valuesOf = (name: string) => headers.filter(([key]) => key === name).map(([, value]) => value);
  if (valuesOf('host').length !== 1) throw new Error('not exactly one host');
  const lengths = valuesOf('content-length');
  const codings = valuesOf('transfer-encoding');
  if (lengths.length + codings.length > 1) throw new Error('more than one frame');
  if (codings.length === 1) {
    if (codings[0] !== 'chunked') throw new Error(`transfer-encoding: ${codings[0]}`);
    return readChunks(bytes);
  }
  if (lengths.length === 0) return { content: Buffer.alloc(0), length: 0 };
  if (!/^\d{1,15}$/.test(lengths[0]!)) throw new Error(`content-length: ${lengths[0]}`);
  const length = Number(lengths[0]);
  return bytes.length < length ? null : { content: bytes.subarray(0, length), length };
}

function readChunks(bytes: Buffer) {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const written = bytes.toString('latin1', at, lineEnd);
    if (!CHUNK_SIZE.test(written)) throw new Error(`chunk size: ${JSON.stringify(written)}`);
    const size = Number.parseInt(written, 16);
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return null;
    if (bytes.toString('latin1', start + size, start + size + 2) !== '\r\n')
      throw new Error('a chunk does not end where it says, or trailers follow');
    if (size === 0) return { content: Buffer.concat(chunks), length: start + 2 };
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}
