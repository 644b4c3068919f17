// What Fig 6-5 says of the state it is in, and what to do next.

import { html, nothing } from 'lit';
import of16 from '../../content/claims/ring-16-points-busiest.json' with { type: 'json' };
import of256 from '../../content/claims/ring-256-points-busiest.json' with { type: 'json' };
import of1 from '../../content/claims/ring-one-point-busiest.json' with { type: 'json' };
import { formatShown, runsOf, statedNumber } from '../claims/shown.js';
import { group } from '../ui/format.js';
import { formatTimes, mean } from './partition-guess.js';
import { busiestOf, hotKey, idlestOf } from './partition-measure.js';

/** @import { Claim } from '../engine/engine.d.ts' */
/** @import { Lane } from './partition-guess.js' */
/** @import { Points } from './partition-measure.js' */
/** @import { PartitionPicture } from './partition-view.js' */

/** So many rings, and the next steps come by themselves. */
export const enoughRolls = 5;

/** What thousands of rings have, which the text of the page says too. @type {Record<Points, Claim>} */
export const manyRings = {
  1: /** @type {any} */ (of1),
  16: /** @type {any} */ (of16),
  256: /** @type {any} */ (of256),
};

/** @param {PartitionPicture} picture @returns {Lane} that of the points as they stand */
export const laneNow = ({ lanes, points }) =>
  /** @type {Lane} */ (lanes.find((lane) => lane.points === points));

/** Five rings, or rings of a second kind. @param {PartitionPicture} picture */
export function hasRolled({ lanes }) {
  return lanes.some(({ rolls }) => rolls.length >= enoughRolls) || lanes.filter(isRolled).length > 1;
}

/** @param {Lane} lane */
const isRolled = ({ rolls }) => rolls.length > 0;

/** @param {number} points */
export const pointWords = (points) => (points === 1 ? 'one point each' : `${points} points each`);

/** What to do now. @param {PartitionPicture} picture */
export function nextStep(picture) {
  const { points, lanes, join, liveJoin, heat } = picture;
  if (!lanes.some(isRolled))
    return `The ring is all hash values in a circle. A key ◆ lies where its hash is, a server where its point is. Go clockwise from the key: the first point names its server. So a server has the arc that ends at its point. Set a guess, then roll ${enoughRolls} rings.`;
  if (!hasRolled(picture) || !isRolled(laneNow(picture)))
    return `Roll ${enoughRolls} rings with ${pointWords(points)}: how far does the tallest bar stand above the line?`;
  const more = lanes.find((lane) => lane.points > points && !isRolled(lane));
  if (more) return `Now give each server ${more.points} points, set a guess, and roll again.`;
  if (!join) return 'Now let an eleventh server join: how many keys have to move?';
  if (!liveJoin)
    return 'Now have the records moved: who hands over how many, and does any call go wrong meanwhile?';
  if (heat.length < 2) return `Now make ${hotKey} hot, and add servers: does the busiest get relief?`;
  return 'Try the join with other points: one point, one giver.';
}

/** What is shown, in a sentence or two. @param {PartitionPicture} picture */
export function newsOf(picture) {
  const { roll, points, join, lanes } = picture;
  if (!roll)
    return lanes.some(isRolled)
      ? `Ten servers, ${pointWords(points)}: no ring rolled yet. Guess anew, or roll at once.`
      : 'No ring has been rolled yet. The dashes are ten servers with the same share each.';
  const digits = digitsFor(points);
  const average = 1 / roll.ring.nodes.length;
  const times = (/** @type {{name: string, share: number}} */ { name, share }) =>
    `${name} with ${share / average < 0.05 ? 'next to nothing' : formatTimes(share / average, digits)}`;
  const shown = join ? join.after : roll.ring;
  const [most, least] = [busiestOf(shown), idlestOf(shown)];
  if (join)
    return `${join.name} has joined. Against the average of the ten, the busiest server is ${times(most)}, the idlest ${times(least)}.`;
  const now = `The busiest server is ${times(most)} times the average, the idlest ${times(least)}.`;
  const { rolls } = laneNow(picture);
  if (rolls.length < enoughRolls) return now;
  const many = manyRings[points];
  const value = formatShown(statedNumber(many.expect), /** @type {any} */ (many.show));
  const next = lanes.find((lane) => lane.points > points && !isRolled(lane));
  return html`${now} Over your ${rolls.length} rings the busiest had ${formatTimes(mean(rolls), digits)} times on average.
    ${rolls.length === enoughRolls ? 'Five are few: o' : 'O'}ver <a href=${`#run-${many.id}`}>${group(runsOf(many.experiment))}
    rings</a> it is ${value}. ${next ? `Now give each server ${next.points} points.` : nothing}`;
}

/** With many points the differences are in the second digit. @param {Points} points */
export const digitsFor = (points) => (points === 1 ? 1 : 2);
