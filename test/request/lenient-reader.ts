/**
 * Reads a target as the most careless platform would, on purpose without a line of the gate's own code: decodes until
 * nothing is left to decode, then takes every liberty that a web server or framework was ever seen to take.
 */

export function carelessPath(target: string): string {
  let text = target.split('?', 1)[0] ?? '';
  for (let round = 0; round < 3; round++) text = decodeOnce(text).normalize('NFKC');
  text = text.toLowerCase().replace(/[\u200b-\u200d\u00ad\ufeff]/g, '');
  text = (text.split(/[?#\0]/, 1)[0] ?? '').replaceAll('+', ' ').replace(/[\\\u2215\u2044\u2216]/g, '/');
  const segments: string[] = [];
  for (const written of text.split('/')) {
    const segment = (written.split(';', 1)[0] ?? '').replace(/:[:$].*/, '').trim();
    if (segment === '..') segments.pop();
    else if (!/^[. ]*$/.test(segment)) segments.push(segment.replace(/[. ]+$/, ''));
  }
  return `/${segments.join('/')}`;
}

function decodeOnce(text: string): string {
  const wide = text.replace(/%u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return wide.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    decodeBytes(Buffer.from(run.replaceAll('%', ''), 'hex')),
  );
}

/** UTF-8 with overlong forms of ASCII taken at their word. */
function decodeBytes(bytes: Buffer): string {
  const parts: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if ((byte === 0xc0 || byte === 0xc1) && i + 1 < bytes.length)
      parts.push(((byte & 1) << 6) | (bytes[++i]! & 0x3f));
    else parts.push(byte);
  }
  return Buffer.from(parts).toString('utf8');
}

/** `/assets/*` and `*.css` first, then `/ereg/*`: as an operator would have written them. */
export function carelessClass(target: string): 'bypass' | 'ereg' | 'platform' {
  const path = carelessPath(target);
  if (/^\/assets(\/|$)/.test(path) || path.endsWith('.css')) return 'bypass';
  return /^\/ereg(\/|$)/.test(path) ? 'ereg' : 'platform';
}
