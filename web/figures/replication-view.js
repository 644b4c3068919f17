// Fig 6-6's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { formatList, formatShare, group } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { lever } from './lever.js';
import { drawReplicationRing } from './replication-drawing.js';
import { copies, firstSeed, key, machinesByRack, rules, walkOf, withoutCopy } from './replication-measure.js';
import { drawShare } from './ring-drawing.js';

/** @import { Ring } from '../engine/engine.d.ts' */
/** @import { Answer, Rule, Stop } from './replication-measure.js' */

/** @typedef {{fewer: number, oneRack: number}} Worth of a rule on this ring: shares of the keys */

/**
 * @typedef {object} ReplicationPicture
 * @property {boolean} live
 * @property {number} seed
 * @property {Rule} rule
 * @property {Ring} ring under the rule
 * @property {number} steps of the walk that were made
 * @property {number[]} off racks without power
 * @property {Answer | null} answer what a `get` of the key brings while they are off
 * @property {Partial<Record<Rule, Worth>>} tried rules that were walked to the end
 * @property {string} news
 */

/**
 * @typedef {object} ReplicationControls
 * @property {() => void} step
 * @property {() => void} finish
 * @property {() => void} again
 * @property {(rule: Rule) => void} setRule
 * @property {(rack: number) => void} power
 * @property {() => void} roll
 */

/** @type {ReplicationControls} */
export const noControls = { step() {}, finish() {}, again() {}, setRule() {}, power() {}, roll() {} };

/** @type {Record<Rule, string>} */
export const ruleWords = {
  points: 'the first three points',
  machines: 'skip same machine',
  racks: 'skip same machine and rack',
};

/** @type {Record<Rule, string>} */
const asked = {
  points: 'the first three points',
  machines: 'the first three machines',
  racks: 'the first three racks, one machine in each',
};

const numerals = ['no', 'one', 'two', 'three'];

/** Racks are counted from one. @param {number} rack */
export const rackName = (rack) => `rack ${rack + 1}`;

/** @param {ReplicationPicture} picture */
export const wholeWalk = ({ ring, rule }) => walkOf(ring, rule);

/** @param {ReplicationPicture} picture */
export const darkOf = ({ ring, off }) => off.flatMap((rack) => machinesByRack(ring)[rack]);

/** @param {ReplicationPicture} picture @param {ReplicationControls} controls */
export function replicationFrame(picture, controls) {
  const walk = wholeWalk(picture);
  const met = walk.slice(0, picture.steps);
  return {
    caption: 'Fig 6-6 · three copies on twelve machines',
    look: 'Walk to the end with both switches off: how many machines have a copy? Then cut the power of a rack.',
    body: html`
      ${walkPanel(picture, walk, met, controls)}
      <p class="news" role="status">${picture.news}</p>
      ${stage(picture, met, controls)}
      ${counters(picture, controls)}`,
    twin: twins(picture, walk),
  };
}

/** @param {ReplicationPicture} picture @param {Stop[]} walk @param {Stop[]} met @param {ReplicationControls} controls */
function walkPanel({ live, rule }, walk, met, controls) {
  const ended = met.length === walk.length;
  return html`<div class="walk-panel">
    <p class="asked">Three copies of <code>${key}</code> go, clockwise from its place, to <b>${asked[rule]}</b>.</p>
    <div class="row">
      <button
        type="button"
        class=${ended ? 'btn' : 'btn primary'}
        ?disabled=${!live}
        @click=${ended ? controls.again : controls.step}
      >${ended ? 'walk again' : `walk to the ${met.length === 0 ? 'first' : 'next'} point`}</button>
      <button
        type="button"
        class="btn"
        ?disabled=${!live}
        aria-disabled=${ended ? 'true' : nothing}
        @click=${controls.finish}
      >to the end</button>
      <div class="skips" role="group" aria-label="what the walk passes by">
        ${lever('skip same machine', rule !== 'points', live, () =>
          controls.setRule(rule === 'points' ? 'machines' : 'points'),
        )}
        ${lever('skip same rack', rule === 'racks', live, () =>
          controls.setRule(rule === 'racks' ? 'machines' : 'racks'),
        )}
      </div>
    </div>
    <p class="stops-title" aria-hidden="true">the ring after the key, magnified; clockwise →</p>
    <ol class="stops" aria-label="the points of the walk">
      <li class="stop from"><i aria-hidden="true"></i><span>the key</span></li>
      ${met.map(stopItem)}
      ${ended ? nothing : html`<li class="stop to-come"><i aria-hidden="true">?</i><span>next point</span></li>`}
    </ol>
  </div>`;
}

/** @param {Stop} stop */
function stopItem({ node, rack, kind, copies: have }) {
  const word = {
    copy: `copy ${have}`,
    again: `${node} again`,
    machine: `skipped: ${node} has one`,
    rack: `skipped: ${rackName(rack)} has one`,
  }[kind];
  return html`<li class="stop ${kind}"><i>${node}</i><b>${rackName(rack)}</b><span>${word}</span></li>`;
}

/** @param {ReplicationPicture} picture @param {Stop[]} met @param {ReplicationControls} controls */
function stage(picture, met, controls) {
  const { live, ring, off } = picture;
  const holds = new Map(met.filter(({ kind }) => kind === 'copy').map((stop) => [stop.node, stop.copies]));
  const dark = darkOf(picture);
  const waits = !hasWalked(picture);
  return html`<div class="replication-stage">
    <div class="ring-side">${unsafeHTML(drawReplicationRing({ ring, met, dark }))}</div>
    <div class="rack-side">
      <div class="racks">
        ${machinesByRack(ring).map((machines, rack) => {
          const on = !off.includes(rack);
          return html`<div class="cabinet ${on ? '' : 'dark'}" role="group" aria-label=${rackName(rack)}>
            <p class="rack-name" aria-hidden="true">${rackName(rack)}${on ? nothing : html` <span>off</span>`}</p>
            <ul>${machines.map((name) => machineItem(name, holds.get(name), on))}</ul>
            <button
              type="button"
              class="lever big"
              role="switch"
              aria-checked=${String(on)}
              aria-label="power of ${rackName(rack)}"
              ?disabled=${!live}
              aria-disabled=${waits ? 'true' : nothing}
              aria-describedby=${waits ? 'walk-first' : nothing}
              @click=${() => controls.power(rack)}
            ><i aria-hidden="true"></i><span><em>power</em> ${on ? 'on' : 'off'}</span></button>
          </div>`;
        })}
      </div>
      ${outage(picture, dark)}
    </div>
  </div>`;
}

/** @param {string} name @param {number | undefined} copy @param {boolean} on */
function machineItem(name, copy, on) {
  if (copy === undefined) return html`<li><b>${name}</b><span>${on ? '' : 'off'}</span></li>`;
  return html`<li class="holds"><b>${name}</b><span>${on ? '●' : '✕'} <em>copy</em> ${copy}</span></li>`;
}

/** What the racks without power take away. @param {ReplicationPicture} picture @param {string[]} dark */
function outage(picture, dark) {
  const { ring, off, answer } = picture;
  const { share } = withoutCopy(ring, dark);
  return html`<div class="outage">
    ${
      off.length > 0
        ? nothing
        : html`<p class="hush" id="walk-first">${
            hasWalked(picture)
              ? 'All racks have power. Cut the power of one: which keys does nobody answer for?'
              : 'All racks have power. Walk to the end first, then cut the power of one.'
          }</p>`
    }
    <div role="status">
      ${
        off.length === 0
          ? nothing
          : html`<p>
                ${
                  share > 0
                    ? html`<b class="failed">✕ ${formatShare(share, 1)} of the keys</b> have no live copy left while ${offWords(off)}.`
                    : html`<b class="fresh">● Every key</b> has a live copy while ${offWords(off)}.`
                }
              </p>
              <p>
                <code>get ${key}</code>
                ${
                  answer?.answeredBy
                    ? html`<b class="fresh">● answered</b> by ${answer.answeredBy}`
                    : html`<b class="failed">✕ no answer</b>: all its copies are in the dark`
                }
              </p>`
      }
    </div>
  </div>`;
}

/** @param {number[]} off */
const offWords = (off) =>
  `${formatList(off.map((rack) => rackName(rack)))} ${off.length === 1 ? 'is' : 'are'} off`;

/** Whether any rule was walked to its end on this ring. @param {ReplicationPicture} picture */
const hasWalked = ({ tried }) => rules.some((one) => tried[one]);

/** Of all keys of this ring, by the rules that were tried. @param {ReplicationPicture} picture @param {ReplicationControls} controls */
function counters(picture, controls) {
  if (!hasWalked(picture)) return nothing;
  const { live, rule, seed, tried } = picture;
  return html`<div class="counters">
    <table>
      <caption>All keys of this ring, not only the cart</caption>
      <thead>
        <tr>
          <th scope="col">the copies go to</th>
          <th scope="col">on fewer than three machines</th>
          <th scope="col">all copies in one rack</th>
        </tr>
      </thead>
      <tbody>
        ${rules.map((one) => {
          const worth = tried[one];
          return html`<tr class=${one === rule ? 'now' : ''}>
            <th scope="row">${ruleWords[one]}</th>
            <td>${worthCell(worth?.fewer)}</td>
            <td>${worthCell(worth?.oneRack)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
    <div class="row">
      <button type="button" class="btn" ?disabled=${!live} @click=${controls.roll}>another ring</button>
      <span class="hush">${
        seed === firstSeed
          ? html`ring ${group(seed)}, chosen because the cart is unlucky on it`
          : html`ring ${group(seed)}`
      }</span>
    </div>
    <p class="hush">These are one ring’s numbers, those in the text an average over a thousand rings. “All copies in one rack” is the sum over the three racks; a rack alone silences only its part.</p>
  </div>`;
}

/** @param {number | undefined} share */
function worthCell(share) {
  if (share === undefined) return html`<span class="hush">not walked yet</span>`;
  return html`<b>${share === 0 ? 'none' : formatShare(share, 1)}</b>${unsafeHTML(drawShare({ share, kind: 'worth' }))}`;
}

/** @param {ReplicationPicture} picture @param {Stop[]} walk */
function twins(picture, walk) {
  const { ring, rule, seed, steps, off, tried } = picture;
  return html`${tableTwin({
    caption: `The walk from ${key} on ring ${group(seed)}: ${ruleWords[rule]}`,
    columns: ['Point', 'Machine', 'Rack', 'What happens', 'Machines with a copy'],
    rows: walk
      .slice(0, steps)
      .map(({ node, rack, kind, copies: have }, at) => [at + 1, node, rack + 1, stopWords(kind), have]),
    empty: 'No step has been made yet.',
  })}
  ${tableTwin({
    caption: 'All keys of this ring',
    columns: ['The copies go to', 'On fewer than three machines', 'All copies in one rack'],
    rows: rules
      .filter((one) => tried[one])
      .map((one) => [
        ruleWords[one],
        formatShare(tried[one]?.fewer ?? 0, 1),
        formatShare(tried[one]?.oneRack ?? 0, 1),
      ]),
    empty: 'No rule has been walked to the end yet.',
  })}
  ${tableTwin({
    caption: 'The racks, and the keys without a live copy if a rack alone is off',
    columns: ['Rack', 'Machines', 'Power', 'Keys without a live copy'],
    rows: machinesByRack(ring).map((machines, rack) => [
      rack + 1,
      machines.join(' '),
      off.includes(rack) ? 'off' : 'on',
      off.includes(rack) ? formatShare(withoutCopy(ring, machines).share, 1) : '–',
    ]),
    empty: '',
  })}`;
}

/** @param {Stop['kind']} kind */
function stopWords(kind) {
  return {
    copy: 'gets a copy',
    again: 'counts, but its machine has one already',
    machine: 'skipped: its machine has one',
    rack: 'skipped: its rack has one',
  }[kind];
}

/** What the last step says. @param {ReplicationPicture} picture */
export function walkNews(picture) {
  const { ring, rule, steps } = picture;
  const walk = walkOf(ring, rule);
  if (steps === 0) return `The walk begins at the place of ${key}. Whose is the first point?`;
  const met = walk.slice(0, steps);
  return steps < walk.length ? stepNews(met) : endNews(met, rule);
}

/** @param {Stop[]} met */
function stepNews(met) {
  const { node, rack, kind, copies: have } = met[met.length - 1];
  const point = `Point ${met.length} is ${node}’s, in ${rackName(rack)}`;
  if (kind === 'copy') return `${point}: ${node} gets copy ${have}.`;
  if (kind === 'again')
    return `${point}: ${node} has a copy already, so this point brings no further machine.`;
  return `${point}: skipped, because ${kind === 'machine' ? node : `${rackName(rack)}`} has a copy already.`;
}

/** @param {Stop[]} met @param {Rule} rule */
function endNews(met, rule) {
  const holders = met.filter(({ kind }) => kind === 'copy');
  const names = formatList(holders.map(({ node }) => node));
  const inRacks = [...new Set(holders.map(({ rack }) => rack))].sort();
  const where =
    inRacks.length === 1
      ? `all in ${rackName(inRacks[0])}`
      : `in racks ${formatList(inRacks.map((rack) => String(rack + 1)))}`;
  const passed = met.length - holders.length;
  if (rule === 'points') {
    return holders.length < copies
      ? `Three points, but ${numerals[holders.length]} machine${holders.length === 1 ? '' : 's'}: ${names}. A machine cannot be its own spare. What if the walk skips a machine that has a copy?`
      : `Three points on three machines: ${names}, ${where}. ${inRacks.length === 1 ? 'But they share a rack.' : 'Not every key is so lucky.'}`;
  }
  const skipped = passed === 0 ? '' : ` after ${passed} skipped point${passed === 1 ? '' : 's'}`;
  if (rule === 'racks') return `Three copies in three racks${skipped}: ${names}. Cut the power of any rack.`;
  return `Three copies on three machines${skipped}: ${names}, ${where}. ${inRacks.length === 1 ? `Now cut the power of ${rackName(inRacks[0])}.` : 'Which racks can be without power?'}`;
}
