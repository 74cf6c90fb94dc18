/** Judges whether a request came through the gate: by its stamp, else by a pass, with the keys as they stand. */
import { createPassJudge } from './pass.js';
import { judgeStamp } from './stamp.js';

/**
 * Answers `(facts, isAllowed) => { verdict, renewal }`. `renewal` is a promise where keys are being read that could
 * change the verdict, else null. Until it settles, and where the latest reading failed, what only a missing key speaks
 * against is `unknown`: a lack of ours never makes a stranger of a visitor. `passKeys` null: passes prove nothing.
 */
export function createGate({ stampKeys, passKeys, refuse, now }) {
  const judgePass = createPassJudge();

  const stampOf = (facts, nowSeconds) => {
    if (facts.stamp === undefined) return NONE;
    const found = judgeStamp(facts.stamp, (kid) => stampKeys.value()?.get(kid), facts, nowSeconds);
    return found.wrong === 'unknownKey' ? withoutKey(stampKeys, found) : found;
  };

  const passOf = (facts, nowSeconds) => {
    if (passKeys === null) return NONE;
    const keyOf = (kid) => passKeys.value()?.get(kid);
    let found = NONE;
    for (const pass of facts.passes) {
      const judged = judgePass(pass, keyOf, nowSeconds);
      if (judged.kind === 'valid') return judged;
      if (judged.kind === 'unknown-key') found = withoutKey(passKeys, NONE);
    }
    return found;
  };

  return (facts, isAllowed) => {
    const nowSeconds = Math.floor(now() / 1_000);
    const stamp = stampOf(facts, nowSeconds);
    const wrong = stamp.wrong ?? null;
    if (stamp.kind === 'valid') return settled('stamped', wrong, stamp.room);
    const pass = passOf(facts, nowSeconds);
    if (pass.kind === 'valid') return settled('passed', wrong, pass.room);
    if (stamp.kind === 'unknown' || pass.kind === 'unknown') {
      const { verdict } = settled('unknown', wrong, null);
      return { verdict, renewal: stamp.renewal ?? pass.renewal ?? null };
    }
    if (isAllowed(facts)) return settled('allowed', wrong, null);
    // Without keys nobody could prove anything.
    return settled('unstamped', wrong, null, refuse && stampKeys.value() !== null);
  };
}

const NONE = { kind: 'none' };

/** What a key is missing for: unknown while the keys may be others than those that were read, else what was found. */
function withoutKey(keys, found) {
  const renewal = keys.missing();
  return renewal === null && keys.isSure() ? found : { kind: 'unknown', renewal };
}

function settled(kind, wrong, room, isRefused = false) {
  return { verdict: { kind, wrong, room, isRefused }, renewal: null };
}
