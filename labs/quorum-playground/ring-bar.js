// Where the key lives: the ring unrolled to a bar, and round on a switch.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { drawRingBar, drawRingRound } from '../../web/figures/ring.js';
import { formatBytes, formatList } from '../../web/ui/format.js';

/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */

const roundSize = 250;
const numbers = ['no', 'one', 'two', 'three', 'four', 'five'];

/**
 * @param {Lab} lab
 * @param {Ui} ui
 */
export function ringBar(lab, ui) {
  const { run, key } = lab;
  if (!run?.ring) return nothing;
  const replicas = run.replicasOf(key);
  const others = run.ring.nodes.map(({ name }) => name).filter((name) => !replicas.includes(name));
  const width = ui.stageWidth;
  const view = { ring: run.ring, key };
  return html`
    <div class="ring ${ui.round ? 'is-round' : ''}">
      ${unsafeHTML(
        ui.round
          ? drawRingRound({ ...view, size: Math.min(roundSize, width) })
          : drawRingBar({ ...view, width }),
      )}
      <p class="ring-says">
        <span>${formatBytes(key)} lives here on the ring · ${formatList(replicas)}
        ${replicas.length === 1 ? 'is the next machine' : `are the next ${numbers[replicas.length] ?? replicas.length} machines`}
        clockwise${others.length > 0 ? ` · ${others.join(', ')} hold${others.length === 1 ? 's' : ''} no copy` : ''}</span>
        ${
          lab.lit.diagram
            ? html`<button class="link" aria-pressed=${ui.round ? 'true' : 'false'} @click=${() => ui.set({ round: !ui.round })}>
                ${ui.round ? 'as a bar' : 'as a ring'}
              </button>`
            : nothing
        }
      </p>
    </div>`;
}
