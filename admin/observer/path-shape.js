/** Folds what identifies somebody or something out of a path. */
const ID = /^(\d+|[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f-]{27})$/i;

export function pathShape(path) {
  return path
    .split('/')
    .slice(0, 9)
    .map((segment) => (ID.test(segment) ? '{id}' : segment.slice(0, 40)))
    .join('/');
}
