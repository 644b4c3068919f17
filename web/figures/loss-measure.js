// Fig 6-6 b's numbers: for each three of thirty machines, what is lost when they die. Who holds what, and the exact chance,
// are the view "ring"'s; here its pieces are only added up.
import base from '../../content/scenarios/any-three-die.json' with { type: 'json' };
import { throwDice } from './dice.js';
import { arcsOf } from './ring-arcs.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Scenario } from '../engine/engine.d.ts' */

/** @typedef {1 | 16 | 256} Points of each machine */

/**
 * @typedef {object} Risk
 * @property {Points} points
 * @property {Map<number, number>} lost the share of the keys that a choice of three loses, by its number; 0 is left out
 * @property {number} chance that any three lose something, as the engine has it
 * @property {number} expected share that is lost
 */

/** @type {Points[]} */
export const pointChoices = [1, 16, 256];

const dead = base.cluster.n;
const machines = base.cluster.nodes;

/** Thirty letters would say nothing: here the machines are numbered, from one. */
export const names = Array.from({ length: machines }, (_, at) => String(at + 1));

/** Every choice of three machines, in order. */
export const choices = everyThree(machines);

/** @type {Map<string, number>} */
const numbers = new Map(choices.map((three, number) => [three.join(), number]));

/** The number of a choice. @param {number[]} three ascending */
export const numberOf = (three) => numbers.get(three.join()) ?? -1;

/** The choice that a throw of the dice makes. @param {number} roll */
export const rolled = (roll) => numberOf(throwDice(roll, machines, dead));

/** @param {Points} points @returns {Scenario} */
export const scenarioFor = (points) => ({ ...base, cluster: { ...base.cluster, vnodes: points } });

/** Back from a link's scenario. @param {any} scenario @returns {Points} */
export function pointsOf(scenario) {
  const points = scenario?.cluster?.vnodes;
  return points === 16 || points === 256 ? points : 1;
}

/** @param {Engine} engine @param {Points} points @returns {Promise<Risk>} */
export async function measureRisk(engine, points) {
  const session = await engine.create(scenarioFor(points));
  try {
    const ring = await session.view('ring');
    const placeOf = new Map(ring.nodes.map(({ name }, at) => [name, at]));
    /** @type {Map<number, number>} */
    const lost = new Map();
    for (const { replicas, from, to } of arcsOf(ring)) {
      const three = replicas.map((name) => placeOf.get(name) ?? 0).sort((left, right) => left - right);
      lost.set(numberOf(three), (lost.get(numberOf(three)) ?? 0) + to - from);
    }
    return { points, lost, chance: ring.loss_chance, expected: ring.loss_expected };
  } finally {
    await session.close();
  }
}

/**
 * What so many throws of the dice lost.
 * @param {Risk} risk
 * @param {number} rolls
 */
export function countRolls({ lost }, rolls) {
  const shares = Array.from({ length: rolls }, (_, at) => lost.get(rolled(at + 1)) ?? 0);
  return {
    rolls,
    hits: shares.filter((share) => share > 0).length,
    total: shares.reduce((sum, share) => sum + share, 0),
  };
}

/** @param {number} count @returns {number[][]} */
function everyThree(count) {
  /** @type {number[][]} */
  const all = [];
  for (let first = 0; first < count; first++) {
    for (let second = first + 1; second < count; second++) {
      for (let third = second + 1; third < count; third++) all.push([first, second, third]);
    }
  }
  return all;
}
