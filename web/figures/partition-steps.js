// What follows the rolls in Fig 6-5: an eleventh server, first on paper and then while calls are made, and one hot key.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { formatMs, formatShare, group } from '../ui/format.js';
import { formatTimes } from './partition-guess.js';
import { hotKey } from './partition-measure.js';
import { drawShare } from './ring-drawing.js';

/** @import { Heat, Join, LiveJoin } from './partition-measure.js' */
/** @import { PartitionControls, PartitionPicture } from './partition-view.js' */

/** How far the last step goes: so many servers. */
export const heatServers = [10, 20, 40, 80];

/** @param {PartitionPicture} picture @param {PartitionControls} controls */
export function stepsOf(picture, controls) {
  const { live, more, roll } = picture;
  if (!more) {
    return roll
      ? html`<p class="tries then">
          then: <button type="button" ?disabled=${!live} @click=${controls.showMore}>an eleventh server joins, and one key is hot</button>
        </p>`
      : nothing;
  }
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
      >${join ? `take ${join.name} away` : 'add an eleventh'}</button>
      ${
        join
          ? html`<button type="button" class="btn" ?disabled=${!live} @click=${controls.runJoin}>
              do it while calls are made
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

/** @param {LiveJoin} live */
function ran({ name, records, handed, givers, tookMs, calls, answered }) {
  return html`<p class="ran" role="status">
    <b>▸ ${group(handed)} of ${group(records)} records</b> were handed to ${name} by
    ${givers.length === 1 ? `one server (${givers[0]})` : `${givers.length} servers`} in ${formatMs(tookMs)}.
    ${
      answered === calls
        ? html`<b>● All ${group(calls)} calls</b> in the meantime were answered.`
        : html`<b>✕ ${group(calls - answered)} of the ${group(calls)} calls</b> in the meantime got no answer.`
    }
  </p>`;
}

/** @param {PartitionPicture} picture @param {PartitionControls} controls */
function heatStep({ live, roll, heat }, controls) {
  const next = heatServers[heat.length];
  return html`<div class="step-part" role="group" aria-labelledby="partition-heat">
    <p class="step-title" id="partition-heat">One key is hot</p>
    <div class="row">
      ${
        next === undefined
          ? nothing
          : html`<button type="button" class="btn" ?disabled=${!live || !roll} @click=${controls.addHeat}>
              ${heat.length === 0 ? 'make one key a fifth of all reads' : `try it with ${next} servers`}
            </button>`
      }
      ${
        heat.length === 0
          ? html`<span class="hush">How many servers does <code>${hotKey}</code> need?</span>`
          : html`<span class="hush"
              ><i class="key-swatch first"></i> reads of <code>${hotKey}</code> <i class="key-swatch"></i> other reads
              <i class="key-swatch mark"></i> average</span
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
    top: 0.4,
    kind: 'heat',
  });
  return html`<li>
    <span>${servers} servers</span>
    <b>server ${busiest} answers ${formatShare(busiestReads, reads)} of all reads, ${formatTimes((busiestReads * servers) / reads)} times the average</b>
    ${unsafeHTML(picture)}
  </li>`;
}
