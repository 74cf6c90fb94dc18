/** A browser's cookies for one host: keeps what `Set-Cookie` says, drops what it takes back. */

export interface CookieJar {
  take(setCookies: readonly string[]): void;
  /** Value for a `Cookie` header; null while there is none. */
  header(): string | null;
  entries(): Iterable<[string, string]>;
}

export function createCookieJar(): CookieJar {
  const cookies = new Map<string, string>();
  return {
    take(setCookies) {
      for (const line of setCookies) {
        const [pair, ...attributes] = line.split(';');
        const at = pair!.indexOf('=');
        const name = pair!.slice(0, at).trim();
        if (isTakenBack(attributes)) cookies.delete(name);
        else cookies.set(name, pair!.slice(at + 1).trim());
      }
    },
    header() {
      return cookies.size === 0 ? null : [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    },
    entries: () => cookies.entries(),
  };
}

function isTakenBack(attributes: readonly string[]): boolean {
  return attributes.some((attribute) => {
    const [name, value = ''] = attribute.trim().split('=');
    if (name!.toLowerCase() === 'max-age') return Number(value) <= 0;
    return name!.toLowerCase() === 'expires' && Date.parse(value) <= Date.now();
  });
}
