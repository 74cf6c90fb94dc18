/** A gateway takes what is published, keeps the last known good, does commands once, and says all of it in its reports. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import { systemClock } from '../../gateway/clock.ts';
import { chooseConfiguration } from '../../gateway/control/choose.ts';
import { createFollower } from '../../gateway/control/follower.ts';
import { lastKnownGood } from '../../gateway/control/last-known-good.ts';
import type { ControlLink } from '../../gateway/control/link.ts';
import { createMemoryLink } from '../../gateway/control/memory-link.ts';
import type { Command, CommandAnswer, GatewayReport } from '../../gateway/control/words.ts';
import { createLog } from '../../gateway/observe/logger.ts';
import { cleanUpLater } from '../support/clean-up.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { untilSo } from '../support/within.ts';
import { configText, document, report } from './reports.ts';

const RULE = '  - { name: forms, match: { path: /ereg/* }, room: platform }';
const log = createLog({ level: 'silent', samplePerSecond: 1 }, systemClock);

function read(text: string) {
  const loaded = parseConfig(text, 'headgate.yaml', {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded;
}

interface Stage {
  link: ControlLink | null;
  data: string;
  file?: string;
  /** Its path. */
  configFile?: string | null;
  refuse?: (settings: Settings) => string | null;
  carryOut?: (command: Command) => Promise<CommandAnswer>;
}

async function startGateway({ link, data, file = configText(), refuse, carryOut, configFile = null }: Stage) {
  const disk = lastKnownGood(data, configFile);
  const common = { link, disk, folder: data, env: {}, gateway: 'here' };
  const loaded = read(file);
  const chosen = await chooseConfiguration({ ...common, file: loaded, log: () => {} });
  let settings = chosen.settings;
  const follower = createFollower({
    ...{ ...common, chosen, running: loaded.settings, clock: systemClock, log },
    fileWatch: () => ({ start() {}, stop() {}, differs: () => [], error: () => null }),
    async take(next) {
      const reason = refuse?.(next);
      if (reason) throw new Error(reason);
      settings = next;
    },
    carryOut: carryOut ?? (async () => ({ kind: 'done', value: null })),
    facts: () => report('here', { revision: settings.revision }),
    reports: { sent: 0, failed: 0, skipped: 0 },
  });
  cleanUpLater(() => follower.stop());
  follower.start();
  return { follower, chosen, settings: () => settings };
}

async function heard(link: ControlLink, is: (report: GatewayReport) => boolean): Promise<GatewayReport> {
  let found: GatewayReport | undefined;
  await untilSo(60_000, 'no such report was heard', async () => {
    found = (await link.reports(60_000)).map((one) => one.report).find(is);
    return found !== undefined;
  });
  return found as GatewayReport;
}

describe('a gateway that follows an admin process', () => {
  it('starts on its own file while nobody published anything', async () => {
    const { chosen, settings } = await startGateway({
      link: createMemoryLink(systemClock),
      data: await tempFolder(),
    });
    expect(chosen.from).toBe('file');
    expect(settings().revision).toBe(1);
  });

  it('takes a published revision, pins included, and says so', async () => {
    const link = createMemoryLink(systemClock);
    const { settings } = await startGateway({ link, data: await tempFolder() });
    const pins = [
      {
        id: 'p',
        path: 'rules.forms.enabled',
        value: false,
        reason: 'x',
        by: 'y',
        at: '2026-12-01T00:00:00Z',
      },
    ];
    await link.publish(document(5, { active: { number: 7, config: configText(RULE) }, pins }));
    const said = await heard(link, ({ serial }) => serial === 5);
    expect(said).toMatchObject({ revision: 7, from: 'published', refused: null });
    expect(settings().rules.map(({ name, enabled }) => [name, enabled])).toEqual([['forms', false]]);
  });

  it('runs the staged revision only where it is one of the first', async () => {
    const link = createMemoryLink(systemClock);
    const { settings } = await startGateway({ link, data: await tempFolder() });
    const staged = { number: 9, config: configText(RULE), gateways: ['another'] };
    await link.publish(document(2, { staged }));
    await heard(link, ({ serial }) => serial === 2);
    expect(settings().revision).toBe(2);
    await link.publish(document(3, { staged: { ...staged, gateways: ['here'] } }));
    await heard(link, ({ serial }) => serial === 3);
    expect(settings().revision).toBe(9);
  });

  it('stays with what it runs where a revision cannot be taken, names the reason, and tries the next one', async () => {
    const link = createMemoryLink(systemClock);
    const refuse = (next: Settings) => (next.revision === 4 ? 'no such logo' : null);
    const { settings } = await startGateway({ link, data: await tempFolder(), refuse });
    await link.publish(document(3));
    await heard(link, ({ serial }) => serial === 3);
    await link.publish(document(4));
    const said = await heard(link, ({ refused }) => refused !== null);
    expect(said).toMatchObject({ revision: 3, refused: { serial: 4, revision: 4, reason: 'no such logo' } });
    expect(settings().revision).toBe(3);
    await link.publish(document(5));
    await heard(link, ({ refused, revision }) => refused === null && revision === 5);
  });

  it('starts on the last known good when nobody can be asked, whatever its file says', async () => {
    const link = createMemoryLink(systemClock);
    const data = await tempFolder();
    const first = await startGateway({ link, data });
    await link.publish(document(6, { active: { number: 6, config: configText(RULE) } }));
    await heard(link, ({ serial }) => serial === 6);
    await first.follower.stop();
    const { chosen } = await startGateway({ link: null, data, file: configText('', 55) });
    expect(chosen).toMatchObject({ from: 'disk', settings: { revision: 6 } });
    expect(chosen.settings.rules).toHaveLength(1);
  });

  it('goes by its file again where that says by its number that it is newer', async () => {
    const link = createMemoryLink(systemClock);
    const data = await tempFolder();
    const first = await startGateway({ link, data });
    await link.publish(document(6));
    await heard(link, ({ serial }) => serial === 6);
    await first.follower.stop();
    const { chosen } = await startGateway({ link: null, data, file: `revision: 7\n${configText()}` });
    expect(chosen).toMatchObject({ from: 'file', settings: { revision: 7 } });
  });

  it('is not ruled by what was kept for a gateway that was started with another file', async () => {
    const link = createMemoryLink(systemClock);
    const data = await tempFolder();
    const first = await startGateway({ link, data, configFile: '/etc/one.yaml' });
    await link.publish(document(6));
    await heard(link, ({ serial }) => serial === 6);
    await first.follower.stop();
    const other = await startGateway({ link: null, data, configFile: '/etc/other.yaml' });
    expect(other.chosen.from).toBe('file');
    const same = await startGateway({ link: null, data, configFile: '/etc/one.yaml' });
    expect(same.chosen.from).toBe('disk');
  });

  it('never writes to disk what it could not take', async () => {
    const link = createMemoryLink(systemClock);
    const data = await tempFolder();
    const first = await startGateway({
      link,
      data,
      refuse: ({ revision }) => (revision === 8 ? 'no' : null),
    });
    await link.publish(document(7));
    await heard(link, ({ serial }) => serial === 7);
    await link.publish(document(8));
    await heard(link, ({ refused }) => refused !== null);
    await first.follower.stop();
    const { chosen } = await startGateway({ link: null, data });
    expect(chosen.settings.revision).toBe(7);
  });

  it('keeps its own sockets, store and data, whatever a revision says of them', async () => {
    const link = createMemoryLink(systemClock);
    const { settings } = await startGateway({ link, data: await tempFolder() });
    const config = `listen: { gateway: { port: 1 } }\nprefix: /other\n${configText()}`;
    await link.publish(document(3, { active: { number: 3, config } }));
    await heard(link, ({ serial }) => serial === 3);
    expect(settings()).toMatchObject({ revision: 3, prefix: '/.headgate' });
    expect(settings().listen.gateway.port).not.toBe(1);
  });

  it('does a command once, however often it is published, and answers in its report', async () => {
    const link = createMemoryLink(systemClock);
    let done = 0;
    const carryOut = async (): Promise<CommandAnswer> => ({ kind: 'done', value: ++done });
    await startGateway({ link, data: await tempFolder(), carryOut });
    const command: Command = {
      ...{ id: 'c1', to: { gateway: 'here' }, expiresAtMs: Date.now() + 60_000 },
      ...{ kind: 'views', rooms: [] },
    };
    const strange: Command = { ...command, id: 'c2', to: { gateway: 'another' } };
    const late: Command = { ...command, id: 'c3', to: 'all', expiresAtMs: Date.now() - 1 };
    await link.publish(document(2, { commands: [command, strange, late] }));
    await heard(link, ({ answers }) => answers.c1 !== undefined);
    await link.publish(document(3, { commands: [command, strange, late] }));
    const said = await heard(link, ({ serial }) => serial === 3);
    expect(said.answers).toEqual({ c1: { kind: 'done', value: 1 } });
    expect(done).toBe(1);
  });

  it('says goodbye when it stops', async () => {
    const link = createMemoryLink(systemClock);
    const { follower } = await startGateway({ link, data: await tempFolder() });
    await heard(link, () => true);
    await follower.stop();
    expect(await link.reports(60_000)).toEqual([]);
  });
});

describe('a file that is read again', () => {
  it('is as good as reloaded where the revision in force says the same, and drift where it does not', async () => {
    const link = createMemoryLink(systemClock);
    const { follower } = await startGateway({ link, data: await tempFolder() });
    expect(follower.obeysFile(1)).toBe(true);
    await link.publish(document(6, { active: { number: 6, config: configText(RULE) } }));
    await heard(link, ({ serial }) => serial === 6);
    expect(follower.obeysFile(7)).toBe(false);
    expect(await follower.agreesWith(read(configText(RULE)))).toEqual({ kind: 'agrees', revision: 6 });
    const stray = await follower.agreesWith(read(configText('', 55)));
    expect(stray).toMatchObject({ kind: 'differs', reason: expect.stringContaining('headgate.yaml:') });
  });

  it('waits for an admin process that was told at the same moment', async () => {
    const link = createMemoryLink(systemClock);
    const { follower } = await startGateway({ link, data: await tempFolder() });
    await link.publish(document(6));
    await heard(link, ({ serial }) => serial === 6);
    const agreement = follower.agreesWith(read(configText(RULE)));
    await link.publish(document(7, { active: { number: 7, config: configText(RULE) } }));
    expect(await agreement).toEqual({ kind: 'agrees', revision: 7 });
  });
});
