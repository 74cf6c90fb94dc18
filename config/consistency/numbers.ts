/** Numbers that must agree with one another, and names that must not be given twice. */
import { originOf } from '../formats.ts';
import { formatPath, type Path } from '../located.ts';
import { type Law, sound, unique } from './law.ts';

export const roomNumbers: Law = function* (draft) {
  for (const [key, { limits, session }] of Object.entries(draft.rooms)) {
    const at: Path = ['rooms', key];
    const { sessions, submitReserve: reserve } = limits;
    const [reservePath, sessionsPath]: Path[] = [
      [...at, 'limits', 'submitReserve'],
      [...at, 'limits', 'sessions'],
    ];
    if (reserve !== null && sessions === null)
      yield {
        path: reservePath!,
        rule: 'reserve-needs-sessions',
        text: 'needs limits.sessions, of which it is a part',
        rests: [sessionsPath!],
      };
    if (reserve !== null && sessions !== null && reserve > sessions)
      yield {
        path: reservePath!,
        rule: 'reserve-within-sessions',
        text: `${reserve} must be at most ${formatPath(sessionsPath!)}, which is ${sessions}`,
        rests: [sessionsPath!],
      };
    const [idle, most]: Path[] = [
      [...at, 'session', 'idleSeconds'],
      [...at, 'session', 'maxSeconds'],
    ];
    if (session.idleSeconds > session.maxSeconds)
      yield {
        path: idle!,
        rule: 'idle-within-max',
        text: `${session.idleSeconds} must be at most ${formatPath(most!)}, which is ${session.maxSeconds}`,
        rests: [idle!, most!],
      };
  }
};

export const ruleNamesUnique: Law = (draft) =>
  unique(
    sound(draft.rules).map(([index, rule]) => [['rules', index, 'name'], rule.name]),
    'rule-name-unique',
    'the name of one rule alone',
  );

export const launchNamesUnique: Law = (draft) =>
  unique(
    sound(draft.launches).map(([index, launch]) => [['launches', index, 'name'], launch.name]),
    'launch-name-unique',
    'the name of one launch alone',
  );

export const webhookNamesUnique: Law = (draft) =>
  unique(
    draft.admin.webhooks.map(({ name }, index) => [['admin', 'webhooks', index, 'name'], name]),
    'webhook-name-unique',
    'the name of one webhook alone',
  );

export const targets: Law = function* (draft) {
  for (const [name, { targets: list }] of Object.entries(draft.upstreams)) {
    const path: Path = ['upstreams', name, 'targets'];
    const entries = (list ?? []).map((target) =>
      typeof target === 'string' ? { url: target, weight: 1 } : { weight: 1, ...target },
    );
    yield* unique(
      entries.map(({ url }, index) => [[...path, index], originOf(url) ?? url]),
      'target-unique',
      'given once',
    );
    if (entries.length > 0 && entries.every(({ weight }) => weight === 0))
      yield { path, rule: 'target-weight', text: 'must have a target with a weight above 0' };
  }
};
