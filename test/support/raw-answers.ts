/** Parses HTTP/1.1 answers from bytes, one behind the other, as RFC 9112 says and no more leniently. */

export interface RawAnswer {
  status: number;
  reason: string;
  /** Names in lower case, values as sent, in order. */
  headers: Array<[string, string]>;
  body: Buffer;
}

interface Parsed {
  answers: RawAnswer[];
  rest: Buffer;
}

/** The whole answers in `bytes`. Without length a body ends with the connection. 1xx answers are listed like others. */
export function readAnswers(bytes: Buffer, methods: readonly string[], isClosed: boolean): Parsed {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  let request = 0;
  for (;;) {
    const next = readAnswer(rest, methods[request], isClosed);
    if (!next) return { answers, rest };
    answers.push(next.answer);
    rest = rest.subarray(next.length);
    if (next.answer.status >= 200) request += 1;
  }
}

export function headerOf(answer: RawAnswer, name: string): string | undefined {
  return answer.headers.find(([key]) => key === name)?.[1];
}

function readAnswer(bytes: Buffer, method: string | undefined, isClosed: boolean) {
  const headLength = bytes.indexOf('\r\n\r\n');
  if (headLength < 0) return null;
  const [statusLine, ...lines] = bytes.toString('latin1', 0, headLength).split('\r\n');
  const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(statusLine!);
  if (!match) throw new Error(`no status line: ${JSON.stringify(statusLine)}`);
  const answer: RawAnswer = {
    status: Number(match[1]),
    reason: match[2] ?? '',
    headers: lines.map(readHeader),
    body: Buffer.alloc(0),
  };
  const start = headLength + 4;
  const body = readBody(bytes.subarray(start), answer, method, isClosed);
  if (!body) return null;
  answer.body = body.content;
  return { answer, length: start + body.length };
}

function readHeader(line: string): [string, string] {
  const at = line.indexOf(':');
  if (at < 1) throw new Error(`no header: ${JSON.stringify(line)}`);
  return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
}

function readBody(bytes: Buffer, answer: RawAnswer, method: string | undefined, isClosed: boolean) {
  const isBodiless =
    method === 'HEAD' || answer.status < 200 || answer.status === 204 || answer.status === 304;
  if (isBodiless) return { content: Buffer.alloc(0), length: 0 };
  if (headerOf(answer, 'transfer-encoding') === 'chunked') return readChunks(bytes);
  const stated = headerOf(answer, 'content-length');
  if (stated === undefined) return isClosed ? { content: bytes, length: bytes.length } : null;
  const length = Number(stated);
  return bytes.length < length ? null : { content: bytes.subarray(0, length), length };
}

function readChunks(bytes: Buffer) {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (size === 0) return readTrailers(bytes, lineEnd + 2, chunks);
    const start = lineEnd + 2;
    if (bytes.length < start + size + 2) return null;
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}

function readTrailers(bytes: Buffer, start: number, chunks: Buffer[]) {
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const isLast = lineEnd === at;
    at = lineEnd + 2;
    if (isLast) return { content: Buffer.concat(chunks), length: at };
  }
}
