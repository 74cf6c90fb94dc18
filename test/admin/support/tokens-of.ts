/** A token of every asker of the role table. */
import type { AdminStage } from './admin-stage.ts';
import { type Asker, OTHER_ROOM, OWN_ROOM } from './role-table.ts';

export function tokensOf(stage: AdminStage): Record<Asker, string | null> {
  return {
    nobody: null,
    'bad token': 'hga_000000000000_0000000000000000000000000000000000000000000',
    observer: stage.tokenOf('observer'),
    viewer: stage.tokenOf('viewer'),
    organiser: stage.tokenOf('organiser', [OWN_ROOM]),
    'other organiser': stage.tokenOf('organiser', [OTHER_ROOM]),
    operator: stage.tokenOf('operator'),
    admin: stage.tokenOf('admin'),
  };
}
