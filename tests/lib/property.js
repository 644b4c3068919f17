/**
 * How property tests run: the same cases each time, so that a red run is red again; with SYSTEMSIM_LONG=1 (tests/long)
 * twenty times as many, from a seed that the failure report names.
 */
import fc from 'fast-check';

export const long = Boolean(process.env.SYSTEMSIM_LONG);

/** @param {number} usual */
export const runs = (usual) => (long ? { numRuns: usual * 20 } : { numRuns: usual, seed: 42 });

export { fc };
