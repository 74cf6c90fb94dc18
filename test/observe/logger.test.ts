/** Logs stay readable in a storm: the first lines of a kind, then a count of what was left out. */
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../gateway/observe/logger.ts';

function storm(samplePerSecond: number) {
  const lines: { msg: string; key?: string; leftOut?: number }[] = [];
  let nowMs = 0;
  const log = createLog(
    { level: 'info', samplePerSecond },
    { wallMs: () => nowMs, monotonicMs: () => nowMs },
    pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
  );
  return { log, lines, pass: (ms: number) => (nowMs += ms) };
}

describe('the log', () => {
  it('writes the first lines of a kind each second and counts the others', () => {
    const { log, lines, pass } = storm(3);
    for (let i = 0; i < 50; i++) log.sample('waiting', 'info', () => ({}), 'request');
    expect(lines).toHaveLength(3);
    pass(1_000);
    log.sample('waiting', 'info', () => ({}), 'request');
    expect(lines[3]).toMatchObject({ key: 'waiting', leftOut: 47, msg: 'log lines left out' });
    log.close();
  });

  it('keeps kinds apart, and does not even make the facts of what is not written', () => {
    const { log, lines } = storm(1);
    let made = 0;
    for (const key of ['a', 'b', 'a', 'b']) log.sample(key, 'info', () => ({ made: ++made }), key);
    log.sample('c', 'debug', () => ({ made: ++made }), 'c');
    expect([lines.length, made]).toEqual([2, 2]);
    log.close();
  });

  it('obeys a reload', () => {
    const { log, lines } = storm(1);
    log.adjust({ level: 'debug', samplePerSecond: 2 });
    for (let i = 0; i < 5; i++) log.sample('a', 'debug', () => ({}), 'x');
    expect(lines).toHaveLength(2);
    log.close();
  });

  it('ten thousand invented kinds share one count', () => {
    const { log, lines } = storm(1);
    for (let i = 0; i < 10_000; i++) log.sample(`kind ${i}`, 'info', () => ({}), 'x');
    expect(lines.length).toBeLessThanOrEqual(1_001);
    log.close();
  });
});
