// What follows the rolls in Fig 6-5: an eleventh server, first on paper and then while calls are made, and one hot key.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { formatMs, formatShare, group } from '../ui/format.js';
import { formatTimes } from './partition-guess.js';
import { handedBy, hotKey } from './partition-measure.js';
import { hasRolled } from './partition-news.js';
import { drawShare } from './ring-drawing.js';

/** @import { Heat, Join, LiveJoin } from './partition-measure.js' */
/** @import { PartitionControls, PartitionPicture } from './partition-view.js' */

/** How far the last step goes: so many servers. */
export const heatServers = [10, 20, 40, 80];

/** How many it is tried with next: first with those that are there. @param {PartitionPicture} picture */
export function nextHeat({ heat, join }) {
  return heat.length === 0 && join ? join.after.nodes.length : heatServers[heat.length];
}

/** @param {PartitionPicture} picture @param {PartitionControls} controls */
export function stepsOf(picture, controls) {
  if (!hasRolled(picture) && !picture.join && picture.heat.length === 0) return nothing;
  return html`${joinStep(picture, controls)} ${heatStep(picture, controls)}`;
}

/** @param {PartitionPicture} picture @param {PartitionControls} controls */
function joinStep({ live, roll, join, liveJoin }, controls) {
  return html`<div class="step-part" role="group" aria-labelledby="partition-join">
    <p class="step-title" id="partition-join">An eleventh server joins</p>
    <div class="row">
      <button
        type="button"
        class="btn"
        ?disabled=${!live || !roll}
        @click=${controls.toggleJoin}
      >${join ? `take ${join.name} away` : 'add an eleventh server'}</button>
      ${
        join
          ? html`<button type="button" class="btn" ?disabled=${!live} @click=${controls.runJoin}>
              move the records while clients call
            </button>`
          : html`<span class="hush">What share of the keys has to move?</span>`
      }
    </div>
    ${join ? joinPicture(join) : nothing} ${liveJoin ? ran(liveJoin) : nothing}
  </div>`;
}

/** @param {Join} join */
function joinPicture({ before, name }) {
  const { moved_on_join: moved, moved_on_join_modulo: modulo, givers_on_join: givers } = before;
  const servers = before.nodes.length;
  return html`<ul class="shares">
      ${share('on this ring', moved, 'moves')}
      ${share('if the server were hash mod N', modulo, 'moves')}
    </ul>
    <p>
      ${
        givers === 1
          ? html`One server alone gives ${name} all that it gets; the others are as busy as before.`
          : html`${givers === servers ? `All ${servers}` : `${givers} of the ${servers}`} servers give something; the one
              that gives most gives ${formatShare(before.largest_giver_share, 1)} of it.`
      }
    </p>`;
}

/** @param {string} label @param {number} value @param {string} kind */
function share(label, value, kind) {
  return html`<li>
    <span>${label}</span> <b>${formatShare(value, 1)} of the keys move</b>
    ${unsafeHTML(drawShare({ share: value, kind }))}
  </li>`;
}

/** Who handed over how much of what the joined server got, and what became of the calls. @param {LiveJoin} live */
function ran(live) {
  const { name, records, givers, tookMs, calls, answered, stale } = live;
  const handed = handedBy(live);
  return html`<div class="ran" role="status">
      <p>
        <b>▸ ${group(handed)} of ${group(records)} records</b> went to ${name}, from
        ${givers.length === 1 ? 'one server' : `${givers.length} servers`}:
      </p>
      <ul class="givers">
        ${givers.map(
          (giver) => html`<li>
            <b>${giver.name}</b> ${unsafeHTML(drawShare({ share: giver.records / handed, kind: 'moves' }))}
            <span>${group(giver.records)}</span>
          </li>`,
        )}
      </ul>
      <p>
        <b>${answered === calls ? '●' : '✕'} ${group(answered)} of ${group(calls)} calls</b> in the meantime were answered,
        ${stale === 0 ? 'none' : stale} with an old value. The move took ${formatMs(tookMs)} of simulated time, in which a
        message takes as long however many records are in it.
      </p>
    </div>`;
}

/** @param {PartitionPicture} picture @param {PartitionControls} controls */
function heatStep(picture, controls) {
  const { live, roll, heat } = picture;
  const next = nextHeat(picture);
  return html`<div class="step-part" role="group" aria-labelledby="partition-heat">
    <p class="step-title" id="partition-heat">One key is hot</p>
    <div class="row">
      <button type="button" class="btn" ?disabled=${!live || !roll} @click=${controls.addHeat}>
        ${heat.length === 0 ? 'make one key a fifth of all reads' : next ? `try it with ${next} servers` : 'take the hot key away'}
      </button>
      ${
        heat.length === 0
          ? html`<span class="hush">How many servers does <code>${hotKey}</code> need?</span>`
          : html`<span class="hush"
              ><i class="key-swatch first"></i> reads of <code>${hotKey}</code> <i class="key-swatch"></i> other reads
              <i class="key-swatch mark"></i> average; the whole width is all reads</span
            >`
      }
    </div>
    ${heat.length > 0 ? html`<ul class="shares">${heat.map(heatRow)}</ul>` : nothing}
    ${
      heat.length > 1
        ? html`<p>
            More servers, a lower average; but no busiest server comes below the reads of the one key, which is in one place.
          </p>`
        : nothing
    }
  </div>`;
}

/** @param {Heat} heat */
function heatRow({ servers, reads, busiest, busiestReads, hotReads }) {
  const picture = drawShare({
    share: busiestReads / reads,
    first: hotReads / reads,
    mark: 1 / servers,
    kind: 'heat',
  });
  return html`<li>
    <span>${servers} servers</span>
    <b>server ${busiest} answers ${formatShare(busiestReads, reads)} of all reads, ${formatTimes((busiestReads * servers) / reads)} times the average</b>
    ${unsafeHTML(picture)}
  </li>`;
}
