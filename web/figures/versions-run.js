// Fig 6-8 b's engine side: Figure 3 of Dynamo's paper as a scenario, and the clock that each of its five versions bears,
// read from the machines while it runs.
import base from '../../content/scenarios/five-versions.json' with { type: 'json' };
import { hasSeen } from './clock.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Clock } from './clock.js' */

/** @typedef {{name: string, client: string, machine: string, clock: Clock}} Version who wrote it, through which machine */

/** @typedef {'before' | 'after' | 'neither'} Relation of one version to another */

export const scenario = base;

/** The writes, in the order of the list; D1 is the first. */
const writes = base.actions.flatMap((action, op) => (action.do === 'put' ? [{ ...action, op }] : []));

export const names = writes.map((_, at) => `D${at + 1}`);

/** Every two of them, the earlier name first. @type {[number, number][]} */
export const pairs = names.flatMap((_, left) =>
  names.slice(left + 1).map((_, apart) => /** @type {[number, number]} */ ([left, left + 1 + apart])),
);

/** @param {Engine} engine @returns {Promise<Version[]>} */
export async function measureVersions(engine) {
  const session = await engine.create(base);
  /** @type {Map<number, Clock>} */
  const clocks = new Map();
  try {
    // Half of the time to the next write: by then this one has been taken.
    for (const { at_ms } of writes) {
      await session.step({ untilUs: (at_ms + 50) * 1000 });
      const { nodes } = await session.view('stage');
      for (const { copies } of nodes)
        for (const { siblings = [] } of copies)
          for (const { op, clock } of siblings) if (op !== null && clock) clocks.set(op, clock);
    }
  } finally {
    await session.close();
  }
  return writes.map(({ op, client, coordinator }, at) => ({
    name: names[at],
    client,
    machine: coordinator ?? '',
    clock: clocks.get(op) ?? {},
  }));
}

/** What the clocks say of the first of two versions. @param {Version} one @param {Version} other @returns {Relation} */
export function relationOf({ clock: one }, { clock: other }) {
  if (hasSeen(other, one)) return 'before';
  return hasSeen(one, other) ? 'after' : 'neither';
}
