/** The sentence that a program is told while it waits. */
import { expect, test } from 'vitest';
import type { Tell } from '../../gateway/request/admission.ts';
import { detailOf } from '../../gateway/tell-words.ts';
import { roomView } from '../support/page-models.ts';

const WAITING: Tell = {
  ...{ kind: 'tell', state: 'waiting', code: 'HG_WAITING', asker: 'other', ticket: null },
  ...{ issue: null, retryMs: null, heldRooms: [], dropRooms: [], isInvitationRefused: false },
};

test.each([
  [0, 'Nobody waits before you, and nobody is let in this moment. '],
  [1, '1 waits. '],
  [312, '312 wait. '],
])('%d who wait are told of in a sentence', (waiting, sentence) => {
  const detail = detailOf(WAITING, roomView('platform', 'engaged', waiting), null);
  expect(detail).toBe(`${sentence}Take a place by a POST to join, then ask again with its ticket.`);
});
