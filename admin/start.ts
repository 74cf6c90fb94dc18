/** The admin process: opens its data, takes its part in the deployment, and listens. */
import type { StartAdmin } from '../gateway/admin-process.ts';
import { AdminError } from './errors.ts';

export const startAdmin: StartAdmin = async () => {
  throw new AdminError('HG_INTERNAL', 'the admin process is not wired yet');
};
