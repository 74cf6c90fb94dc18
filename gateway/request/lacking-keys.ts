/** Says what a gateway lacks of the keys that all gateways sign with, and what to do about it. Pure. */
import { DRAW_FILE, drawPrint } from './draw-secret.ts';
import { KEY_KINDS, type KeyKind } from './key-files.ts';
import { recordOr } from './key-record.ts';
import type { KeysFolder } from './keys-folder.ts';
import { isImpostor, type SharedRecord } from './shared-record.ts';

export interface Lacking {
  /** Key ids that are recorded and not here; `draw.secret` for the secret of draws. */
  kids: readonly string[];
  /** For people: what is wrong and what to do, without a path or a secret. */
  detail: string;
}

export function lackingOf(
  record: SharedRecord | null,
  folder: KeysFolder,
  needsDraw: boolean,
): Lacking | null {
  const faults = [keysFault(record, folder), drawFault(record, folder, needsDraw)].filter(
    (fault) => fault !== null,
  );
  if (faults.length === 0) return null;
  const details = faults.map((fault) => fault.detail);
  if (folder.fault) details.unshift(`the keys folder could not be read: ${folder.fault}`);
  return { kids: faults.flatMap((fault) => fault.kids), detail: details.join('; ') };
}

function keysFault(record: SharedRecord | null, { files, own }: KeysFolder): Lacking | null {
  const current = record ?? recordOr(own, files);
  const isHere = (kind: KeyKind) =>
    files.some((file) => file.kind === kind && file.kid === current[kind] && !isImpostor(record, file));
  const lacking = KEY_KINDS.filter((kind) => !isHere(kind));
  if (lacking.length === 0) return null;
  const kids = [...new Set(lacking.map((kind) => current[kind]))].filter((kid) => kid !== '');
  if (kids.length === 0)
    return {
      kids,
      detail: `there is no ${lacking.join(', ')} key in keys.path: run "headgate keys new" once, and copy the folder to every gateway`,
    };
  const named = lacking.map((kind) => `${current[kind]} (${kind})`).join(', ');
  const isOther = files.some((file) => isImpostor(record, file));
  const what = isOther
    ? 'another key bears the name of the current one'
    : 'current keys are not in keys.path';
  return {
    kids,
    detail: `${what}: ${named}; copy the files from a gateway that is ready. Nobody’s ticket is replaced until then`,
  };
}

function drawFault(record: SharedRecord | null, { draw }: KeysFolder, needsDraw: boolean): Lacking | null {
  if (!needsDraw) return null;
  const kids = [DRAW_FILE];
  if (draw === null)
    return {
      kids,
      detail: `a launch draws its order, and ${DRAW_FILE} is not in keys.path: copy it from a gateway that is ready, or run "headgate keys new" once where no gateway has one`,
    };
  if (record?.draw == null || record.draw === drawPrint(draw)) return null;
  return {
    kids,
    detail: `${DRAW_FILE} is another than the other gateways’: copy theirs, or the order that was drawn would differ`,
  };
}
