// The run with which Fig 6-9's page ends in the second lab: a machine that is back after a long absence, and has heard of
// none of the changes that another took meanwhile.
import { encodeLink } from '../engine/link.js';

/** Past the last message of any run: the lab shows the end. */
const atTheEnd = 100_000;

export function labRun() {
  const scenario = /** @type {any} */ ({
    lab: 'merkle-sync',
    keys: 32 * 1024,
    differ: 0,
    past: 'away',
    from: 'failure-handling',
  });
  return encodeLink({ scenario, position: atTheEnd, trace_version: 0 });
}
