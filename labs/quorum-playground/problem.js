// When something went wrong: what, in a sentence, and the way on.
import { html, nothing } from 'lit';
import { glyph } from './glyph.js';

/** @import { Lab } from './lab.js' */

/** @param {Lab} lab */
export function problem(lab) {
  if (!lab.problem) return nothing;
  const { title, text, way } = lab.problem;
  return html`
    <section class="problem" role="alert">
      <p><b>${glyph('failed')}${title}</b> ${text}</p>
      <div class="task-controls">
        ${way === 'page' ? html`<button class="btn" @click=${() => location.reload()}>Reload the page</button>` : nothing}
        ${way === 'lab' ? html`<button class="btn" @click=${() => lab.reset()}>Reload the lab</button>` : nothing}
        ${way === 'page' ? nothing : html`<button class="btn" @click=${() => lab.dismissProblem()}>Go on</button>`}
      </div>
    </section>`;
}
