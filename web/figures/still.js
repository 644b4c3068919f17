// The still pictures: what each figure shows before the engine is there, drawn at build time by the figures' own
// drawing functions, with numbers that the engine measured then.

import { html } from 'lit';
import { stillContract } from './contract.js';
import { contractFrame, noControls as noContractControls } from './contract-view.js';
import { frame, stillControls } from './frame.js';
import { stillGoals } from './goals.js';
import { measureGoals, startSwitches } from './goals-measure.js';
import { goalsFrame, goalsWithoutScript, noControls as noGoalsControls } from './goals-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Measured as Goals } from './goals-measure.js' */

/** @typedef {{goals: Goals[]}} Measured the first: the figure's first state; all: the table without JavaScript */

const needsScript = 'Fig 6-1 is a running store and needs JavaScript; this is its first state.';

/**
 * @param {Engine} engine
 * @returns {Promise<Measured>}
 */
export async function measure(engine) {
  const full = /** @type {const} */ ({ machines: 5, copies: 3, quorum: 1, points: 16, cut: false });
  const goals = [];
  for (const switches of [startSwitches, full, { ...full, quorum: 2 }, { ...full, quorum: 2, cut: true }]) {
    goals.push(await measureGoals(engine, /** @type {import('./goals-measure.js').Switches} */ (switches)));
  }
  return { goals };
}

/**
 * @param {string} name
 * @param {Measured} measured
 * @returns {{id: string, picture: unknown, withoutScript: unknown}} withoutScript is for a reader without JavaScript
 */
export function stillFigure(name, measured) {
  if (name === 'contract') {
    const picture = frame(contractFrame(stillContract(), noContractControls), stillControls);
    return { id: 'fig-6-1', picture, withoutScript: html`<p>${needsScript}</p>` };
  }
  if (name === 'goals') {
    const picture = frame(goalsFrame(stillGoals(measured.goals[0]), noGoalsControls), stillControls);
    return { id: 'fig-6-2', picture, withoutScript: goalsWithoutScript(measured.goals) };
  }
  throw new Error(`there is no figure "${name}"`);
}
