// What a setting costs: how long 999 of 1 000 reads and writes take at most, beside the setting before.
import { html, nothing } from 'lit';
import { formatMs, formatShare, group } from '../../web/ui/format.js';
import { sameQuorum } from './scenario.js';
import { priceTrials } from './trials.js';

/** @import { Lab } from './lab.js' */

/** @param {Lab} lab */
export function price(lab) {
  const now = lab.trials?.result('price', lab.quorum);
  const old = sameQuorum(lab.before, lab.quorum) ? null : lab.trials?.result('price', lab.before);
  const { progress } = lab.trials ?? {};
  const running = progress?.kind === 'price';
  if (!now && !running) return nothing;
  return html`
    <div class="price">
      <h2>The price <small>999 of 1 000 calls take at most</small></h2>
      ${
        now
          ? html`<dl class="counts">
              ${row('read', now.read_ms.p999, old?.read_ms.p999)}
              ${row('write', now.write_ms.p999, old?.write_ms.p999)}
            </dl>`
          : html`<p class="measuring">measuring … ${progress ? formatShare(progress.done, progress.total) : ''}</p>`
      }
    </div>`;
}

/**
 * @param {string} word
 * @param {number | null} ms
 * @param {number | null | undefined} before
 */
function row(word, ms, before) {
  return html`<div>
    <dt>${word}</dt>
    <dd><b>${ms === null ? '–' : formatMs(ms)}</b><span class="of">of ${group(priceTrials)} lucks</span>${
      before === undefined || before === null
        ? nothing
        : html`<span class="ghost">was ${formatMs(before)}</span>`
    }</dd>
  </div>`;
}
