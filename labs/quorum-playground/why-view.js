// The explanation as a picture, in words and as a table; each moment in it can be walked to.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { drawCallBars } from '../../web/figures/call-bars.js';
import { capital, formatName, formatTime } from '../../web/ui/format.js';
import { wordsOf } from '../../web/ui/promises.js';
import { callWords, toldWords } from './explain.js';
import { glyph, sign } from './glyph.js';

/** @import { Operation } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Ui } from './ui.js' */
/** @import { Why } from './why.js' */

/**
 * @param {Lab} lab
 * @param {Why} why
 * @param {Ui} ui
 */
export function whyPanel(lab, why, ui) {
  const { broken } = wordsOf(why.promise);
  const away = lab.run?.status.position !== why.position;
  return html`
    <section class="why" aria-label="Why">
      <h2 tabindex="-1">Why: ${broken}</h2>
      ${why.attempt && why.promise === 'linearizable' ? nothing : html`<p class="why-words">${why.story.told} ${why.story.so}</p>`}
      <div class="why-picture">
        ${unsafeHTML(
          drawCallBars({
            calls: why.calls,
            order: why.attempt?.order ?? [],
            misfit: why.misfit,
            width: ui.whyWidth,
          }),
        )}
      </div>
      ${why.attempt ? orders(lab, why) : nothing}
      ${whyTable(lab, why)}
      <div class="task-controls">
        ${away ? html`<button class="btn small" @click=${() => lab.scrub(why.position)}>back to where you were</button>` : nothing}
        <button class="btn small" @click=${() => lab.judging?.stopExplaining()}>close</button>
      </div>
    </section>`;
}

/** Could any order of the calls explain it? @param {Lab} lab @param {Why} why */
function orders(lab, why) {
  const { explained, tried, step } = why;
  if (!explained) return nothing;
  const one = tried.length === 1;
  return html`
    <div class="orders">
      <p class="orders-ask">Is there an order, one call at a time, in which each client would be told what it was told?
        ${one ? 'Only one order is possible, and it gets stuck:' : ''}</p>
      ${
        one
          ? nothing
          : html`<div class="order-steps" role="group" aria-label="Orders that were tried">
              <button class="btn icon" aria-label="Order before" aria-disabled=${step === 0 ? 'true' : 'false'} @click=${() => lab.judging?.showOrder(step - 1)}>${sign('back')}</button>
              <span>order ${step + 1} of ${tried.length}</span>
              <button class="btn icon" aria-label="Next order" aria-disabled=${step === tried.length - 1 ? 'true' : 'false'} @click=${() => lab.judging?.showOrder(step + 1)}>${sign('forward')}</button>
            </div>`
      }
      <ol>${explained.placed.map((sentence) => html`<li>${sentence}</li>`)}</ol>
      ${explained.misfits.map(({ text }) => html`<p class="misfit">${glyph('failed')}${text}</p>`)}
    </div>`;
}

/**
 * What the picture says, and the way to each moment.
 * @param {Lab} lab
 * @param {Why} why
 */
export function whyTable(lab, why) {
  const order = why.attempt?.order ?? [];
  return html`
    <div class="twin" role="region" aria-label="The calls in question" tabindex="0">
      <table role="table">
        <caption>The calls in question</caption>
        <thead role="rowgroup">
          <tr role="row">
            ${columns(why).map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">${why.calls.map((call) => callRow(lab, why, call, order.indexOf(call.op)))}</tbody>
      </table>
    </div>`;
}

/** @param {Why} why */
function columns({ attempt }) {
  return ['call', 'asked at', 'told at', 'was told', ...(attempt ? ['place in this order'] : [])];
}

/**
 * The roles hold where a phone lays the cells one below the other.
 * @param {Lab} lab
 * @param {Why} why
 * @param {Operation} call
 * @param {number} place
 */
function callRow(lab, why, call, place) {
  const who = formatName(call.client);
  const words = place >= 0 ? String(place + 1) : call.op === why.misfit ? 'fits nowhere' : 'not reached';
  const [, asked, told, was, placed] = columns(why);
  return html`<tr role="row">
    <th scope="row" role="rowheader">${capital(callWords(call))}</th>
    <td role="cell" data-column=${asked}>${moment(lab, call.begin_us, call.begin_position, `when ${who} asked`)}</td>
    <td role="cell" data-column=${told}>${call.end_us === null || call.end_position === null ? '–' : moment(lab, call.end_us, call.end_position, `when ${who} was told`)}</td>
    <td role="cell" data-column=${was}>${toldWords(call)}</td>
    ${why.attempt ? html`<td role="cell" data-column=${placed}>${words}</td>` : nothing}
  </tr>`;
}

/**
 * @param {Lab} lab
 * @param {number} us
 * @param {number} position
 * @param {string} what
 */
function moment(lab, us, position, what) {
  return html`<button class="link" aria-label="go to ${formatTime(us)}, ${what}" @click=${() => lab.scrub(position)}>${formatTime(us)}</button>`;
}
