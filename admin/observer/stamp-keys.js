/** The gate's stamp keys by id: handed in, or read from files `<kid>.stamp.jwk`, again and again, so that a rotation needs no restart. */
import { createSecretKey } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

const FILE_NAME = /^([A-Za-z0-9_-]{1,64})\.stamp\.jwk$/;
/** As long as the hash (RFC 7518 §3.2). */
const SECRET_BYTES = 32;

/** The keys that were handed in; null: the source names folders or files. */
export function inlineStampKeys(source) {
  const isInline = Array.isArray(source) && typeof source[0] === 'object';
  return isInline ? new Map(source.map((jwk) => [jwk.kid, importSecret(jwk)])) : null;
}

/** A function that reads them all: resolves with a Map of at least one key, rejects where there is none. */
export function stampKeyReader(source, troubles) {
  const paths = typeof source === 'string' ? [source] : source;
  return async () => {
    const files = (await Promise.all(paths.map(filesAt))).flat();
    const keys = new Map();
    for (const file of files) await addKey(keys, file, troubles);
    if (keys.size === 0) throw new Error(`there is no key <kid>.stamp.jwk at ${paths.join(', ')}`);
    return keys;
  };
}

/** Of a folder the stamp keys in it; a file is meant itself. */
async function filesAt(path) {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path);
  return names.filter((name) => FILE_NAME.test(name)).map((name) => join(path, name));
}

/** One bad file takes no other key away. */
async function addKey(keys, file, troubles) {
  const kid = FILE_NAME.exec(basename(file))?.[1];
  try {
    if (kid === undefined) throw new Error('must be named <kid>.stamp.jwk');
    keys.set(kid, importSecret({ ...readJson(await readFile(file, 'utf8')), kid }));
    troubles.over(file, `${file} is read again`);
  } catch (error) {
    troubles.is(file, `${file} cannot be used: ${error.message}`);
  }
}

/** A parser's message may quote the file, and the file is a secret. */
function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
}

/** Throws a TypeError that tells nothing of the secret. */
export function importSecret({ kid, kty = 'oct', k }) {
  const isSecret = kty === 'oct' && typeof k === 'string';
  const secret = Buffer.from(isSecret ? k : '', 'base64url');
  if (typeof kid !== 'string' || secret.length < SECRET_BYTES)
    throw new TypeError(`must be a JSON Web Key with kid, kty oct, and k of at least ${SECRET_BYTES} bytes`);
  return createSecretKey(secret);
}
