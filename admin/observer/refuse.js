/** The answer to what came around the gate: 403, a problem document (RFC 9457) for programs, a plain page for people. */

const DETAIL = 'This server answers only what comes through the gate in front of it.';
const PROBLEM = JSON.stringify({
  type: 'urn:headgate:observer:around-the-gate',
  title: 'Not through the gate',
  status: 403,
  detail: DETAIL,
});
const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Please use the public address</title></head>
<body><main><h1>Please use the public address</h1><p>This page cannot be opened here. Please go to the address that the organiser has published.</p></main></body>
</html>
`;

/** `{ status, headers, body }`; the body is not for HEAD. */
export function refusal(request) {
  const isPage = String(request.headers.accept ?? '').includes('text/html');
  const body = isPage ? PAGE : PROBLEM;
  const headers = {
    'content-type': isPage ? 'text/html; charset=utf-8' : 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'private, no-store',
  };
  // Nobody reads the body: the connection is not kept for what is left of it.
  const isClosed = request.httpVersionMajor === 1 && hasBody(request);
  return { status: 403, headers: isClosed ? { ...headers, connection: 'close' } : headers, body };
}

export function sendRefusal(request, response) {
  const { status, headers, body } = refusal(request);
  response.writeHead(status, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function hasBody({ headers }) {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
