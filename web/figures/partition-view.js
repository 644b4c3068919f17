// Fig 6-5's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { formatShare, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { drawBar, drawEvenBar, drawEvenRing, drawRing } from './partition-drawing.js';
import { formatTimes, guessLine } from './partition-guess.js';
import { arcsOf, busiestOf, handedBy, keyOf } from './partition-measure.js';
import { laneNow, newsOf, nextStep, pointWords } from './partition-news.js';
import { stepsOf } from './partition-steps.js';
import { pointsSwitch } from './points-switch.js';

/** @import { Guess, Lane } from './partition-guess.js' */
/** @import { Heat, Join, LiveJoin, Points, Roll } from './partition-measure.js' */

/**
 * @typedef {object} PartitionPicture
 * @property {boolean} live
 * @property {number} servers
 * @property {Points} points
 * @property {Lane[]} lanes one for each number of points
 * @property {Roll | null} roll the ring that is shown
 * @property {number | null} keyAt where the marked key lies on every ring
 * @property {Join | null} join
 * @property {LiveJoin | null} liveJoin
 * @property {Heat[]} heat
 */

/**
 * @typedef {object} PartitionControls
 * @property {(guess: Guess) => void} guess
 * @property {() => void} roll
 * @property {(points: Points) => void} setPoints
 * @property {() => void} toggleJoin
 * @property {() => void} runJoin
 * @property {() => void} addHeat
 */

/** @type {PartitionControls} */
export const noControls = {
  guess() {},
  roll() {},
  setPoints() {},
  toggleJoin() {},
  runJoin() {},
  addHeat() {},
};

/** @type {Points[]} */
export const pointChoices = [1, 16, 256];

/** @param {PartitionPicture} picture @param {PartitionControls} controls */
export function partitionFrame(picture, controls) {
  const used = picture.lanes.filter(({ guess, rolls }) => rolls.length > 0 || typeof guess === 'number');
  return {
    caption: 'Fig 6-5 · ten servers on a ring',
    look: nextStep(picture),
    body: html`
      ${guessLine({ live: picture.live, lane: laneNow(picture), lanes: used }, controls)}
      ${stage(picture, controls)}
      <p class="news" role="status">${newsOf(picture)}</p>
      ${stepsOf(picture, controls)}
      <p class="dice">Everybody’s dice fall alike here, so that a link shows the same rings.</p>`,
    twin: twins(picture),
  };
}

/** @param {PartitionPicture} picture @param {PartitionControls} controls */
function stage(picture, controls) {
  const { live, points, roll, join } = picture;
  const key = roll ? keyOf(join ? join.after : roll.ring) : null;
  return html`<div class="partition-stage">
    <div class="ring-side">
      ${unsafeHTML(roll ? drawRing(roll.ring, join) : drawEvenRing(picture.servers, picture.keyAt))}
      <p class="key-note">◆ <code>user:42:last_login</code> ${key ? html`is on <b>${key.replicas[0]}</b>` : nothing}</p>
      <div class="row">
        <button type="button" class="btn primary" ?disabled=${!live} @click=${controls.roll}>new ring</button>
        <span class="hush">${roll ? `ring ${laneNow(picture).seeds.length}` : 'rolls the dice'}</span>
      </div>
      ${pointsSwitch({ label: 'points (virtual nodes) each', choices: pointChoices, points, live }, controls.setPoints)}
    </div>
    ${bars(picture)}
  </div>`;
}

/** The ring unrolled: a bar for each server, cut where its parts meet. @param {PartitionPicture} picture */
function bars({ servers, points, roll, join }) {
  const times = roll ? roll.ring.max_over_mean : 1;
  const top = times <= 4 ? 4 : times <= 6 ? 6 : 10;
  const columns = roll ? barsOf(roll, join, top) : ghosts(servers, top);
  return html`<div class="bar-side">
    <p class="bar-title">
      unrolled: a bar for each server${points === 16 ? ', cut where its pieces meet' : ''}${
        points === 256 ? ', of pieces too thin to draw' : ''
      }; the line is the average${join ? ' of the ten' : ''}
    </p>
    <div class="server-bars" data-top=${top} data-columns=${columns.length}>
      <ol aria-hidden="true">${columns}</ol>
      <div class="mean-line"></div>
    </div>
  </div>`;
}

/** @param {number} servers @param {number} top */
function ghosts(servers, top) {
  return Array.from(
    { length: servers },
    () => html`<li>${unsafeHTML(drawEvenBar(top))}<b>·</b><span>?</span></li>`,
  );
}

/** @param {Roll} roll @param {Join | null} join @param {number} top in averages */
function barsOf({ ring }, join, top) {
  const shown = join ? join.after : ring;
  const average = 1 / ring.nodes.length;
  const arcs = arcsOf(shown);
  const marked = busiestOf(shown).name;
  return shown.nodes.map(({ name, share }) => {
    const parts = arcs.filter(({ node }) => node === name).map(({ from, to }) => to - from);
    const joined = join?.name === name;
    const kind = joined ? 'joined' : name === marked ? 'marked' : 'plain';
    const bar = drawBar({ parts, top: top * average, given: join ? givenBy(join, name) : 0, kind });
    return html`<li class=${kind}>${unsafeHTML(bar)}<b>${name}</b><span>${formatTimes(share / average)}</span></li>`;
  });
}

/** What a server handed to the joined one, as a share of all keys. @param {Join} join @param {string} name */
export function givenBy({ before, after }, name) {
  const share = (/** @type {Join['before']} */ { nodes }) =>
    nodes.find((node) => node.name === name)?.share ?? 0;
  return Math.max(0, share(before) - share(after));
}

/** @param {PartitionPicture} picture */
function twins({ roll, join, lanes, heat, liveJoin }) {
  const average = roll ? 1 / roll.ring.nodes.length : 1;
  return html`${tableTwin({
    caption: roll
      ? `The ring as it stands: ${pointWords(roll.setting.points)}, ring_seed ${roll.setting.seed}`
      : 'The ring as it stands',
    columns: [
      'Server',
      'Points',
      'Share of the keys',
      'Times the average',
      ...(join ? [`Given to ${join.name}`] : []),
    ],
    rows:
      (join ? join.after : roll?.ring)?.nodes.map(({ name, share }) => [
        name,
        roll?.setting.points ?? '',
        formatShare(share, 1),
        (share / average).toFixed(2),
        ...(join ? [name === join.name ? '–' : formatShare(givenBy(join, name), 1)] : []),
      ]) ?? [],
    empty: 'No ring has been rolled yet.',
  })}
  ${tableTwin({
    caption: 'Your guesses, and the rings that you rolled',
    columns: ['Points of each server', 'Your guess', 'The busiest, times the average'],
    rows: lanes
      .filter(({ guess, rolls }) => guess !== null || rolls.length > 0)
      .map(({ points, guess, rolls }) => [
        points,
        guess === null ? '–' : guess === 'unsure' ? 'not sure' : formatTimes(guess),
        rolls.map((value) => value.toFixed(2)).join(' · ') || '–',
      ]),
    empty: 'Nothing yet.',
  })}
  ${
    join
      ? tableTwin({
          caption: 'An eleventh server joins',
          columns: ['What', 'Number'],
          rows: joinRows(join, liveJoin),
          empty: '',
        })
      : nothing
  }
  ${
    heat.length > 0
      ? tableTwin({
          caption: 'One key has a fifth of all reads',
          columns: [
            'Servers',
            'Of all reads, the busiest answers',
            'Of all reads, for the one key',
            'Times the average',
          ],
          rows: heat.map(({ servers, reads, busiest, busiestReads, hotReads }) => [
            servers,
            `${busiest}: ${formatShare(busiestReads, reads)}`,
            formatShare(hotReads, reads),
            formatTimes((busiestReads * servers) / reads),
          ]),
          empty: '',
        })
      : nothing
  }`;
}

/** @param {Join} join @param {LiveJoin | null} live */
function joinRows({ before }, live) {
  const { moved_on_join: moved, moved_on_join_modulo: modulo } = before;
  return [
    ['Keys that move, on this ring', formatShare(moved, 1)],
    ['Keys that move, if the server were hash mod N', formatShare(modulo, 1)],
    ['Servers that give', before.givers_on_join],
    ['of what moves, the most from one', formatShare(before.largest_giver_share, 1)],
    ...(live
      ? [
          ['Records handed over in the run', `${group(handedBy(live))} of ${group(live.records)}`],
          ...live.givers.map(({ name, records }) => [`of these by ${name}`, group(records)]),
          ['Calls in the meantime, answered', `${group(live.answered)} of ${group(live.calls)}`],
          ['Stale reads among them', live.stale],
        ]
      : []),
  ];
}
