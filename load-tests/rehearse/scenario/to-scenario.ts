/** A scenario as it was written becomes the words that a rehearsal is played by: times in seconds, what was left unsaid filled in. Pure. */
import { resolve } from 'node:path';
import { filesBeside } from '../../stage/files-beside.ts';
import type { Plain } from '../../stage/stage-config.ts';
import { FIGURES } from '../figures.ts';
import type { Arrivals, Behaviour, VisitorGroup } from '../visitor-words.ts';
import type { Deed, Expectation, Form, Moment, PlatformPlan, Scenario } from '../words.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { deedKeys } from './laws/happening.ts';
import type { WrittenArrivals } from './schema/arrivals.ts';
import type { Written } from './schema.ts';
import { secondsOf } from './times.ts';

export interface ScenarioNames {
  name: string;
  form: Form | null;
  failsBy: readonly string[];
  /** Of the file: logs are looked for there. */
  folder: string;
  config: Plain;
}

export function toScenario(written: Written, { folder, config, ...names }: ScenarioNames): Scenario {
  const seconds = secondsOf(written.seconds);
  const { title, summary, compress, stage } = written;
  const platforms = Object.entries(stage.platforms).map(([name, one]) => platformOf(name, one));
  return {
    ...names,
    ...{ title, summary, seconds, compress },
    stage: {
      platforms,
      gateways: stage.gateways,
      store: stage.store,
      balancer: stage.balancer === null ? null : { checkEverySeconds: secondsOf(stage.balancer) },
      observer: stage.observer,
      config,
    },
    groups: Object.entries(written.visitors).map(([name, one]) => groupOf(name, one, seconds, folder)),
    moments: momentsOf(written.moments, platforms[0]?.name ?? '', folder),
    expectations: Object.entries(written.expect).map(([name, one]) => expectationOf(name, one, seconds)),
  };
}

type WrittenPlatform = Written['stage']['platforms'][string];
type WrittenGroup = Written['visitors'][string];
type WrittenMoment = Written['moments'][number];
type WrittenExpectation = Written['expect'][string];

function platformOf(name: string, { idle, ...rest }: WrittenPlatform): PlatformPlan {
  return { name, ...rest, idleSeconds: secondsOf(idle) };
}

function groupOf(name: string, written: WrittenGroup, endSeconds: number, folder: string): VisitorGroup {
  const addresses = written.addresses.map((one) =>
    typeof one === 'string' ? { url: one, weight: 1 } : { url: one.url, weight: one.weight ?? 1 },
  );
  const arrivals = arrivalsOf(written.arrive, endSeconds, folder);
  return { name, kind: written.kind, addresses, arrivals, behaviour: behaviourOf(written) };
}

function arrivalsOf(written: WrittenArrivals, endSeconds: number, folder: string): Arrivals {
  switch (written.shape) {
    case 'step':
    case 'ramp': {
      const { from, until, ...rest } = written;
      const untilSeconds = until === undefined ? endSeconds : secondsOf(until);
      return { ...rest, fromSeconds: secondsOf(from), untilSeconds };
    }
    case 'email': {
      const waves = written.waves.map(({ at, readers }) => ({ atSeconds: secondsOf(at), readers }));
      return { shape: 'email', waves, halfSeconds: secondsOf(written.half) };
    }
    case 'countdown':
      return {
        shape: 'countdown',
        opensAtSeconds: secondsOf(written.opensAt),
        visitors: written.visitors,
        earlySeconds: secondsOf(written.early),
        reloadSeconds: secondsOf(written.reload),
      };
    case 'log':
      return {
        shape: 'log',
        file: resolve(folder, written.file),
        host: written.host,
        fromSeconds: secondsOf(written.from),
      };
  }
}

function behaviourOf(written: WrittenGroup): Behaviour {
  const usual = BEHAVIOURS[written.kind];
  const { stay, impatience, sleepers, patience } = written;
  return {
    stay: stay === undefined ? usual.stay : { least: secondsOf(stay.least), most: secondsOf(stay.most) },
    fillsForm: written.fillsForm ?? usual.fillsForm,
    leaves: written.leaves ?? usual.leaves,
    loadsAssets: written.loadsAssets ?? usual.loadsAssets,
    noShowShare: written.noShowShare,
    impatience: impatience && { share: impatience.share, afterSeconds: secondsOf(impatience.after) },
    twoTabsShare: written.twoTabsShare,
    sleepers: sleepers && { share: sleepers.share, forSeconds: secondsOf(sleepers.for) },
    backButtonShare: written.backButtonShare,
    retries: written.retries,
    patienceSeconds: secondsOf(patience),
    numbers: written.numbers ?? usual.numbers,
    comesWhenCalled: written.comesWhenCalled ?? usual.comesWhenCalled,
    networks: written.networks,
  };
}

/** In the order in which they happen. */
function momentsOf(written: readonly WrittenMoment[], firstPlatform: string, folder: string): Moment[] {
  const moments = written.map((one) => ({
    atSeconds: secondsOf(one.at),
    says: one.says,
    does: deedOf(one, firstPlatform, folder),
  }));
  return moments.sort((a, b) => a.atSeconds - b.atSeconds);
}

function deedOf(written: WrittenMoment, firstPlatform: string, folder: string): Deed {
  const [kind] = deedKeys(written);
  switch (kind) {
    case 'platform': {
      const { name: platform = firstPlatform, ...mode } = written.platform!;
      return { kind, platform, mode };
    }
    case 'platform-restart':
      return { kind, platform: written[kind]! };
    case 'gateway-restart':
      return { kind, which: written[kind]! };
    case 'gateway-kill':
      return { kind, which: written[kind]! };
    case 'store-stop':
      return { kind, forSeconds: secondsOf(written[kind]!) };
    case 'store-kill':
      return { kind };
    case 'deploy':
    case 'edit':
      return { kind, config: filesBeside(written[kind]!, folder) };
    case 'api':
      return { kind, ...written.api! };
    default:
      throw new Error('a moment that was judged has a deed');
  }
}

function expectationOf(name: string, written: WrittenExpectation, endSeconds: number): Expectation {
  const bound = boundOf(written);
  return {
    name,
    figure: written.figure,
    over: written.over ?? OVER[bound.kind],
    fromSeconds: secondsOf(written.from),
    untilSeconds: written.until === undefined ? endSeconds : secondsOf(written.until),
    bound,
    meaning: written.meaning ?? FIGURES[written.figure]?.meaning ?? '',
    advice: written.advice,
  };
}

const OVER = { 'at-most': 'most', 'at-least': 'least', equals: 'last' } as const;

function boundOf({ atMost, atLeast, equals }: WrittenExpectation): Expectation['bound'] {
  if (atMost !== undefined) return { kind: 'at-most', value: atMost };
  if (atLeast !== undefined) return { kind: 'at-least', value: atLeast };
  return { kind: 'equals', value: equals! };
}
