/** A strict reader of our own pages' HTML: every element that needs an end has one, in the right order. */

const VOID = new Set(['meta', 'link', 'img', 'br', 'input', 'path', 'circle']);

/** Names of elements that are not closed, or closed out of turn. */
export function unbalancedTags(html: string): string[] {
  const bare = html.replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>/g, '').replace(/<!doctype html>/, '');
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, end, name = '', ended] of bare.matchAll(
    /<(\/?)([a-z][a-z0-9]*)(?:\s+[^\s"'<>=/]+(?:="[^"<>]*")?)*\s*(\/?)>/g,
  )) {
    if (end === '/') {
      if (open.pop() !== name) wrong.push(`/${name}`);
    } else if (ended !== '/' && !VOID.has(name)) open.push(name);
  }
  const tags = bare.match(/<[^>]*>/g)?.length ?? 0;
  const read = [...bare.matchAll(/<\/?[a-z][a-z0-9]*(?:\s+[^\s"'<>=/]+(?:="[^"<>]*")?)*\s*\/?>/g)].length;
  if (tags !== read) wrong.push(`${tags - read} unreadable`);
  return [...wrong, ...open];
}
