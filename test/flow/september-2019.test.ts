/** The component that came back (September 2019): a pin holds through a deploy with restarts, and what contradicts it is named by file and line. */
import { expect, it } from 'vitest';
import { runSeptember } from '../fault/control/september-2019.ts';

it('a pin that disables a rule holds through a deploy that brings it back, on three gateways, and the drift is named', async () => {
  const seen = await runSeptember();
  expect(seen.roomsAfterDeploy).toEqual(['platform', 'platform', 'platform']);
  expect(seen.contradiction).toMatchObject({
    file: expect.stringContaining('headgate.yaml'),
    line: expect.any(Number),
  });
  expect(seen.roomsWithStray).toEqual(['platform', 'platform', 'platform']);
  expect(seen.stray).toMatchObject({
    file: expect.stringContaining('headgate.yaml'),
    line: expect.any(Number),
  });
  expect(seen.stray.line).toBeGreaterThan(1);
  expect(seen.roomsAfterLift).toEqual(['middleware', 'middleware', 'middleware']);
});
