// The still pictures: what each figure shows before the engine is there, in print and without JavaScript. They are drawn
// at build time by the figures' own drawing functions, with numbers that the engine measured then. One line a figure.
import { absenceStill } from './absence-still.js';
import { cardStill } from './card-still.js';
import { cartStill } from './cart-still.js';
import { contractStill } from './contract-still.js';
import { dayStill } from './day-still.js';
import { deletionsStill } from './deletions-still.js';
import { frame, stillControls } from './frame.js';
import { goalsStill } from './goals-still.js';
import { hoursStill } from './hours-still.js';
import { lookupsStill } from './lookups-still.js';
import { lossStill } from './loss-still.js';
import { partitionStill } from './partition-still.js';
import { quorumStill } from './quorum-still.js';
import { recordsStill } from './records-still.js';
import { replicationStill } from './replication-still.js';
import { tiersStill } from './tiers-still.js';
import { tornLogStill } from './torn-log-still.js';
import { versionsStill } from './versions-still.js';
import { worldsStill } from './worlds-still.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Frame } from './frame.js' */

/**
 * @typedef {object} Still
 * @property {string} id of its place in the page: "fig-6-1"
 * @property {(engine: Engine) => Promise<any>} [measure] what the engine has to say for the picture
 * @property {(measured: any) => Frame} view the figure's first state
 * @property {(measured: any) => unknown} withoutScript what to add for a reader who cannot run it
 * @property {(measured: any) => string} [labRun] the run with which its page ends in a lab
 */

/** @type {Record<string, Still>} */
const stills = {
  absence: absenceStill,
  card: cardStill,
  cart: cartStill,
  contract: contractStill,
  day: dayStill,
  deletions: deletionsStill,
  goals: goalsStill,
  hours: hoursStill,
  lookups: lookupsStill,
  loss: lossStill,
  partition: partitionStill,
  quorum: quorumStill,
  records: recordsStill,
  replication: replicationStill,
  tiers: tiersStill,
  'torn-log': tornLogStill,
  worlds: worldsStill,
  versions: versionsStill,
};

/** @typedef {Record<string, unknown>} Measured what each figure has measured, by its name */

/**
 * @param {Engine} engine
 * @returns {Promise<Measured>}
 */
export async function measure(engine) {
  /** @type {Measured} */
  const measured = {};
  for (const [name, still] of Object.entries(stills)) measured[name] = await still.measure?.(engine);
  return measured;
}

/** The run with which a figure's page ends in a lab. @param {string} name @param {Measured} measured */
export function labRunOf(name, measured) {
  const run = stills[name]?.labRun?.(measured[name]);
  if (!run) throw new Error(`the figure "${name}" has no run for a lab`);
  return run;
}

/**
 * @param {string} name
 * @param {Measured} measured
 * @returns {{id: string, picture: unknown, withoutScript: unknown}} withoutScript is for a reader without JavaScript
 */
export function stillFigure(name, measured) {
  if (!Object.hasOwn(stills, name)) throw new Error(`there is no figure "${name}"`);
  const { id, view, withoutScript } = stills[name];
  return {
    id,
    picture: frame(view(measured[name]), stillControls),
    withoutScript: withoutScript(measured[name]),
  };
}
