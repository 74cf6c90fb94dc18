/** Says what goes wrong once, and once that it is well again: a trouble that lasts floods no log. */

export function createTroubles(log) {
  const present = new Map();
  return {
    is(what, text) {
      if (present.get(what) === text) return;
      present.set(what, text);
      log(`headgate observer: ${text}`);
    },
    over(what, text) {
      if (present.delete(what)) log(`headgate observer: ${text}`);
    },
  };
}
