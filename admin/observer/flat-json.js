/**
 * Reads a flat line of JSON that has the fields of the line before, in their order, without making an object of it: the
 * lines of a log are alike. What is not alike gives null, and is for `JSON.parse` to read; what is read is what it would read.
 */

const [QUOTE, CLOSE, COMMA, DOT] = [0x22, 0x7d, 0x2c, 0x2e];
/** Escapes would have to be undone, and control bytes are none of JSON's. */
const UNUSUAL = /[^ -[\]-\u00ff]/;
/** Lines that are not like the one before are looked at so often. */
const LEARN_EVERY = 32;

/** `wordOf(name)`: what a field is called when its value is handed on; undefined: it is passed over. */
export function createFlatReader(wordOf) {
  /** What stands before each value, and the word for it. */
  let fields = [];
  let strangers = LEARN_EVERY;

  function readValues(line, take) {
    let at = 0;
    for (let index = 0; index < fields.length; index++) {
      const { before, word } = fields[index];
      if (!line.startsWith(before, at)) return false;
      const from = at + before.length;
      at = line.charCodeAt(from) === QUOTE ? line.indexOf('"', from + 1) + 1 : numberEnd(line, from);
      if (at <= from) return false;
      if (word !== undefined) take(word, readValue(line, from, at));
    }
    return at === line.length - 1 && line.charCodeAt(at) === CLOSE;
  }

  return {
    /** Hands `take` each value that is asked for; false: not such a line, and what was handed over counts for nothing. */
    read: (line, take) => fields.length > 0 && !UNUSUAL.test(line) && readValues(line, take),
    /** Hears what a line says that `read` did not know. */
    learn(parsed) {
      strangers += 1;
      if (strangers < LEARN_EVERY) return;
      strangers = 0;
      fields = fieldsOf(parsed, wordOf);
    },
  };
}

/** None where a value is no text or number: then nothing is read here. */
function fieldsOf(parsed, wordOf) {
  const names = Object.keys(parsed);
  const isFlat = names.every((name) => typeof parsed[name] === 'string' || typeof parsed[name] === 'number');
  if (!isFlat) return [];
  return names.map((name, index) => ({
    before: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    word: wordOf(name),
  }));
}

/** Where digits, with a fraction or not, end; 0 where no plain number stands. */
function numberEnd(line, from) {
  const whole = digitsEnd(line, from);
  if (whole === from || (whole > from + 1 && line.charCodeAt(from) === 0x30)) return 0;
  if (line.charCodeAt(whole) !== DOT) return isEnd(line, whole) ? whole : 0;
  const end = digitsEnd(line, whole + 1);
  return end > whole + 1 && isEnd(line, end) ? end : 0;
}

function digitsEnd(line, from) {
  let at = from;
  while (line.charCodeAt(at) >= 0x30 && line.charCodeAt(at) <= 0x39) at += 1;
  return at;
}

function isEnd(line, at) {
  const code = line.charCodeAt(at);
  return code === COMMA || code === CLOSE;
}

function readValue(line, from, to) {
  return line.charCodeAt(from) === QUOTE ? line.slice(from + 1, to - 1) : Number(line.slice(from, to));
}
