/**
 * Several things measured of the same runs of a scenario, each of which is run once: claims about one experiment.
 */

/** @import { Engine } from './client.js' */
/** @import { ClaimsJob, Expectation, Measure, Scenario } from './engine.d.ts' */
/** @import { JobOptions } from './job.js' */

/** @typedef {{from: number, to: number}} Seeds the last one included */
/** @typedef {{says: string, measure: Measure, expect?: Expectation}} Asked */
/**
 * @typedef {object} Measured
 * @property {string} says
 * @property {number | null} measured null: there was nothing to measure
 * @property {boolean} met it was measured, and is what it was expected to be
 */

/**
 * @param {Engine} engine
 * @param {Scenario} scenario
 * @param {Seeds} seeds
 * @param {Asked[]} asked
 * @param {JobOptions<ClaimsJob>} [options]
 * @returns {Promise<Measured[]>} in the order of `asked`
 */
export async function measureRuns(engine, scenario, seeds, asked, options) {
  const claims = asked.map(({ says, measure, expect = { at_least: 0 } }, index) => ({
    id: `measure-${index}`,
    sentence: says,
    source: 'asked for on the page',
    experiment: { kind: /** @type {const} */ ('run'), scenario, seeds },
    measure,
    expect,
  }));
  const report = await engine.runJob({ job: 'claims', claims }, options);
  return report.claims.map(({ measured, stands }, index) => ({
    says: asked[index].says,
    measured,
    met: stands === true,
  }));
}
