// Fig 6-12 b: a run that broke a record's promise, at the moment when it did, as a link for the lab.
import { encodeLink } from '../engine/link.js';
import { recordOf, scenarioOf } from './records-settings.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { RecordId, Setting } from './records-settings.js' */

/**
 * @param {Engine} engine
 * @param {Setting} setting
 * @param {number} seed
 * @param {RecordId} id
 * @returns {Promise<string>}
 */
export async function runThatBroke(engine, setting, seed, id) {
  const { key, broke } = recordOf(id);
  const run = scenarioOf(setting, seed);
  const session = await engine.create(run);
  try {
    const { nodes } = await session.view('stage');
    const value = nodes.flatMap(({ copies }) => copies).find((copy) => copy.key === key)?.value;
    const { position: end } = await session.step();
    const { fates } = await session.view('fates');
    const guilty = new Set(fates?.[id].ops ?? []);
    const { operations } = await session.view('history');
    const moments = operations
      .filter(({ op }) => guilty.has(op))
      .map(({ end_position }) => end_position ?? end);
    const { trace_version } = await engine.about();
    // Named in the scenario, this record is the first, which the lab shows. It is the same run.
    const records = typeof value === 'string' ? [{ key, value }] : [];
    const scenario = { ...run, title: `${key}: ${broke}`, records };
    return encodeLink({ scenario, position: Math.max(...moments, 0) || end, trace_version });
  } finally {
    await session.close();
  }
}
