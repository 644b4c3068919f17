// Fig 6-8's dial: how wrong a clock is, and what each place of the dial has kept.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { dialled, most } from './cart-run.js';
import { clockWords, stretchesOf } from './cart-words.js';
import { stretched } from './lane.js';
import { element, line } from './svg.js';

/** @import { CartControls, CartPicture } from './cart-view.js' */
/** @import { Kept } from './cart-words.js' */

/** From one place of the dial to the next, in ms. */
const notch = 1;

/** @param {CartPicture} picture @param {CartControls} controls */
export function dialPanel({ live, setting: { skew }, turned }, controls) {
  const whole = turned.size > 2 * most;
  // A single place says nothing about the others.
  const tried = turned.size > 1;
  const step = (/** @type {string} */ sign, /** @type {number} */ by, /** @type {string} */ way) =>
    html`<button type="button" class="btn step" ?disabled=${!live} aria-label="${dialled}’s clock ${notch} ms ${way}" @click=${() => controls.turn(skew + by)}>${sign}</button>`;
  return html`<div class="cart-panel">
    <div class="clock-dial">
      <label class="lane-name" for="clock-of-b">${dialled}’s clock</label>
      <output class="clock-is">${clockWords(skew)}</output>
      <div class="dial-steps">${step('−', -notch, 'back')}${step('+', notch, 'on')}</div>
      <div class="dial">
        <input
          id="clock-of-b"
          type="range"
          min=${-most}
          max=${most}
          step=${notch}
          .value=${String(skew)}
          value=${skew}
          ?disabled=${!live}
          aria-valuetext=${clockWords(skew)}
          @input=${(/** @type {Event} */ event) =>
            controls.turn(Number(/** @type {HTMLInputElement} */ (event.target).value))}
        />
        <ol class="scale even" aria-hidden="true">${[-most, -most / 2, 0, most / 2, most].map(
          (at) => html`<li>${signed(at)}</li>`,
        )}</ol>
      </div>
      ${tried ? html`${strip('last write wins', 'lww', skew, turned)} ${strip('vector clocks', 'clocks', skew, turned)}` : nothing}
    </div>
    <div class="row">
      <button type="button" class="btn" ?disabled=${!live} aria-disabled=${whole ? 'true' : nothing} @click=${controls.sweep}>
        ${whole ? 'every place of the dial was run' : 'run every place of the dial'}
      </button>
      ${
        tried
          ? html`<span class="hush"><i class="swatch kept" aria-hidden="true"></i> kept <i class="swatch gone" aria-hidden="true"></i> vanished ${whole ? nothing : html`<i class="swatch open" aria-hidden="true"></i> not tried yet `}· each place is two runs with the same luck</span>`
          : nothing
      }
    </div>
  </div>`;
}

/** @param {number} skew */
const signed = (skew) => (skew === 0 ? '0' : `${skew < 0 ? '−' : '+'}${Math.abs(skew)}`);

/** What was kept at each place of the dial. @param {string} name @param {keyof Kept} rule @param {number} at @param {CartPicture['turned']} turned */
function strip(name, rule, at, turned) {
  return html`<b class="lane-name">${name}</b>
    <p class="lane-words"><span>addition</span><span>removal</span></p>
    <div class="lane-strip">${unsafeHTML(drawStrip({ rule, at, turned }))}</div>`;
}

/** Two lanes: where the addition was kept, and where the removal was. @param {{rule: keyof Kept, at: number, turned: CartPicture['turned']}} view */
export function drawStrip({ rule, at, turned }) {
  const stretches = stretchesOf(turned, ({ [rule]: { add, remove } }) => `${add} ${remove}`);
  const ground = stretches.map(({ from, to }) =>
    element('rect', { x: from + most, y: 0, width: to - from + 1, height: 100, class: 'tried' }),
  );
  const cells = stretches.flatMap(({ from, to, kept: { [rule]: fate } }) =>
    /** @type {const} */ ([
      ['add', 4],
      ['remove', 56],
    ]).map(([change, y]) =>
      element('rect', {
        x: from + most,
        y: fate[change] ? y : y + 17,
        width: to - from + 1,
        height: fate[change] ? 40 : 6,
        class: fate[change] ? 'kept' : 'gone',
      }),
    ),
  );
  const here = at + most + 0.5;
  return stretched(
    'cart-strip',
    2 * most + 1,
    [...ground, ...cells, line(here, 0, here, 100, 'here')].join(''),
  );
}
