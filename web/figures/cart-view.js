// Fig 6-8's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { capital, formatList, formatName, formatTime } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import { dialPanel } from './cart-dial.js';
import {
  added,
  addition,
  agreed,
  callOf,
  clientOf,
  dialled,
  fateOf,
  itemsOf,
  key,
  later,
  machineOf,
  merging,
  reader,
  removal,
  removed,
  sides,
  versionOf,
} from './cart-run.js';
import {
  clockWords,
  countedWrites,
  dialRows,
  have,
  laterWords,
  lostOf,
  merges,
  newsOf,
  whose,
} from './cart-words.js';
import { clockText, counter, entryText, hasSeen } from './clock.js';
import { focusWhenThere } from './focus.js';

/** @import { Fate, Held, Merge, Pair, Played, Setting, Version } from './cart-run.js' */
/** @import { Kept } from './cart-words.js' */
/** @import { Clock } from './clock.js' */

/**
 * @typedef {object} CartPicture
 * @property {boolean} live
 * @property {boolean} healed
 * @property {Setting} setting
 * @property {Pair} played
 * @property {Map<number, Kept>} turned what each place of the dial kept, where it has been
 * @property {boolean} swept the last press ran every place of the dial
 */

/**
 * @typedef {object} CartControls
 * @property {() => void} heal
 * @property {(skew: number) => void} turn
 * @property {() => void} sweep
 * @property {(merge: Merge) => void} merge
 */

/** @type {CartControls} */
export const noControls = { heal() {}, turn() {}, sweep() {}, merge() {} };

/** @param {CartPicture} picture @param {CartControls} controls */
export function cartFrame(picture, controls) {
  const { healed } = picture;
  return {
    caption: 'Fig 6-8 · the clock dial on the cart',
    look: `Two clients have changed one cart on two sides of a cut. Heal the cut. Then turn ${dialled}’s clock by a few ms: whose change vanishes?`,
    body: html`
      ${people(picture)}
      ${healed ? dialPanel(picture, controls) : healPanel(picture, controls)}
      <p class="news" role="status">${unbroken(newsOf(picture))}</p>
      ${healed ? html`<div class="carts">${keptByTime(picture)} ${keptByClocks(picture, controls)}</div>` : nothing}`,
    twin: twins(picture),
  };
}

/** A word with a hyphen is one word. @param {string} text */
const unbroken = (text) =>
  text
    .split(/(\S*\w-\w\S*)/)
    .map((part, at) => (at % 2 === 1 ? html`<span class="whole">${part}</span>` : part));

/**
 * What the clients did; with the dialled clock only the time of its change differs. Once the cut has healed it is folded
 * to its gist, so that the dial and what it does are seen together.
 * @param {CartPicture} picture
 */
function people({ healed, played: { lww } }) {
  const did = (/** @type {number} */ op, /** @type {unknown} */ words, /** @type {string} */ when) => {
    const { value, stampUs } = versionOf(lww.cut, op);
    return html`<li class="cart-card">
      <p><b>${capital(formatName(clientOf(op)))}</b>, on ${machineOf(op)}’s side, <b>${words}</b>${when}</p>
      ${chips(value, op)}
      <p class="stamp">${callOf(lww, op).outcome === 'ok' ? '✓ told “saved”' : '✕ told nothing'} · ${machineOf(op)}’s clock said <b>${formatTime(stampUs)}</b></p>
    </li>`;
  };
  const all = html`<p><code class="whole">${key}</code> was <code class="whole">${agreed(lww.start)?.[0]?.value}</code>, and both clients had read it. Then the network was cut: ${sides.map(formatList).join(' on one side, ')} on the other.</p>
    <ol>
      ${did(addition, html`adds <span class="whole">${added}</span>`, '')}
      ${did(removal, html`removes <span class="whole">${removed}</span>`, `, ${later} ms later`)}
    </ol>`;
  if (!healed)
    return html`<div class="cart-people" role="group" aria-label="What the clients did">
      <p class="column-name" aria-hidden="true">What the clients did</p>
      ${all}
    </div>`;
  return html`<details class="fold cart-people">
    <summary>
      <b>What the clients did</b>
      <span>${capital(formatName(clientOf(addition)))} added <code>${added}</code>, ${formatName(clientOf(removal))} removed <code>${removed}</code>, ${later} ms later</span>
    </summary>
    ${all}
  </details>`;
}

/** @param {CartPicture} picture @param {CartControls} controls */
function healPanel({ live }, controls) {
  const heal = (/** @type {Event} */ event) => {
    focusWhenThere(event, '.dial input');
    controls.heal();
  };
  return html`<div class="cart-panel">
    <p class="asked">
      Of two versions the store keeps the one with the <b>later time</b>, and all clocks are right. Which cart stays?
    </p>
    <div class="row">
      <button type="button" class="btn primary" ?disabled=${!live} @click=${heal}>heal the cut</button>
    </div>
  </div>`;
}

/**
 * A question's answers, one of which may be chosen.
 * @template {string} Id
 * @param {{labelledBy: string, live: boolean, chosen: string, options: {id: Id, words: unknown}[], choose: (id: Id) => void}} row
 */
function choices({ labelledBy, live, chosen, options, choose }) {
  return html`<div class="picks" role="group" aria-labelledby=${labelledBy}>
    ${options.map(
      ({ id, words }) => html`<button
        type="button"
        class="pick"
        aria-pressed=${String(id === chosen)}
        ?disabled=${!live}
        @click=${() => choose(id)}
      >${words}</button>`,
    )}
  </div>`;
}

/** A cart's items; what the change has taken out is struck through. @param {string} cart @param {number | null} op the write that made it */
function chips(cart, op) {
  const items = itemsOf(cart);
  const isNew = (/** @type {string} */ item) => op === addition && item === added;
  return html`<p class="items">
    ${items.map((item) => html`<code class=${isNew(item) ? 'item new' : 'item'}>${isNew(item) ? '+ ' : ''}${item}</code> `)}
    ${op === removal && !items.includes(removed) ? html`<del class="item"><span class="visually-hidden">removed: </span>${removed}</del>` : nothing}
  </p>`;
}

/** @param {CartPicture} picture */
function keptByTime({ played: { lww } }) {
  return html`<div class="cart-column" role="group" aria-label="What last write wins kept">
    <p class="column-name" aria-hidden="true">What last write wins kept</p>
    <ol>${(agreed(lww.healed) ?? []).map(({ op, value }) => {
      const [won, lost] = op === addition ? [addition, removal] : [removal, addition];
      const [later, earlier] = [won, lost].map((change) => versionOf(lww.cut, change).stampUs);
      return html`<li class="cart-card">
        <p>${have(machinesOf(lww.healed))} <b class="whole">${whose(won)} cart</b></p>
        ${chips(value, won)}
        <p class="stamp">${laterWords(later, earlier)}</p>
      </li>`;
    })}</ol>
    ${vanished(lww.kept)} ${runName(lww)}
  </div>`;
}

/** @param {Fate} kept */
function vanished(kept) {
  const lost = lostOf(kept);
  if (lost === null) return nothing;
  return html`<p class="note failed">✕ ${
    lost === removal
      ? html`${capital(whose(lost))} removal has vanished: <code>${removed}</code> is in the cart.`
      : html`${capital(whose(lost))} addition has vanished: no <code>${added}</code>.`
  }</p>`;
}

/** @param {CartPicture} picture @param {CartControls} controls */
function keptByClocks({ live, setting: { merge }, played: { clocks } }, controls) {
  const siblings = agreed(clocks.healed) ?? [];
  const everybody = have(machinesOf(clocks.healed));
  const who = formatName(reader);
  return html`<div class="cart-column" role="group" aria-label="What vector clocks kept">
    <p class="column-name" aria-hidden="true">What vector clocks kept</p>
    ${siblings.length > 1 ? html`<p>${bothCarts(everybody)}</p>` : nothing}
    <ol>${siblings.map((version) => cartOf(clocks, version, everybody, siblings.length > 1))}</ol>
    ${siblings.length > 1 ? html`<p class="note">${compared(siblings)}</p>` : nothing}
    <div class="merge">
      <p class="asked" id="cart-merge">${capital(who)} reads, and is given both carts. What does it write back?</p>
      ${choices({
        labelledBy: 'cart-merge',
        live,
        chosen: merge,
        options: merges.map(({ id, text }) => ({ id, words: text })),
        choose: controls.merge,
      })}
      ${merge === 'none' ? nothing : merged(clocks, siblings, merge)}
    </div>
    ${runName(clocks)}
  </div>`;
}

/** So begins the hash of the run's trace. @param {Played} played */
const runOf = ({ hash }) => hash.slice(0, 8);

/** @param {Played} played */
const runName = (played) => html`<p class="stamp">Run ${runOf(played)}</p>`;

/** @param {Played} clocks @param {Version} version @param {string} holders @param {boolean} sibling */
function cartOf(clocks, version, holders, sibling) {
  return html`<li class=${sibling ? 'cart-card sibling' : 'cart-card'}>
    <p>${sibling ? '' : `${holders} `}<b class="whole">${whose(version.op ?? merging)} cart</b></p>
    ${chips(version.value, version.op)} ${seen(clocks, version.clock ?? {})}
  </li>`;
}

/** @param {string} holders "A, B and C have" */
const bothCarts = (holders) => `${holders} two carts, one of each client: siblings.`;

/** What came of the writing back. @param {Played} clocks @param {Version[]} siblings @param {Merge} merge */
function merged(clocks, siblings, merge) {
  const held = agreed(clocks.end) ?? [];
  const fate = fateOf(clocks.end);
  const replaced = held.every(({ clock }) => siblings.every((old) => hasSeen(clock ?? {}, old.clock ?? {})));
  return html`${held.length > 1 ? html`<p>${bothCarts(have(machinesOf(clocks.end)))}</p>` : nothing}
    <ol>${held.map((version) => cartOf(clocks, version, have(machinesOf(clocks.end)), held.length > 1))}</ol>
    ${replaced ? html`<p class="note">No counter is smaller than in either sibling: it had seen both, and has replaced them.</p>` : nothing}
    ${
      merge === 'union' && lostOf(fate) === removal
        ? html`<p class="note failed">✕ <code>${removed}</code> is back in the cart: ${whose(removal)} removal has vanished.</p>`
        : vanished(fate)
    }`;
}

/** A clock, and which writes each of its counters counts. @param {Played} clocks @param {Clock} clock */
const seen = (clocks, clock) =>
  html`<ul class="counted" aria-label="its clock">${countedWrites(clocks, clock).map(
    ([entry, words]) => html`<li>${counter(entry)}<span>${words}</span></li>`,
  )}</ul>`;

/** Why both stay. @param {Version[]} siblings */
function compared([one, other]) {
  const unseen = (/** @type {Version} */ { clock: mine }, /** @type {Version} */ { clock: theirs }) =>
    Object.entries(theirs ?? {})
      .filter(([machine, count]) => count > (mine?.[machine] ?? 0))
      .map(entryText)
      .join(', ');
  return `The first has not seen ${unseen(one, other)}, nor the second ${unseen(other, one)}. Neither may replace the other, so both stay.`;
}

/** @param {Held[]} held */
const machinesOf = (held) => held.map(({ machine }) => machine);

/** @param {CartPicture} picture */
function twins({ healed, setting: { skew, merge }, played: { lww, clocks }, turned }) {
  const rules = /** @type {[string, Played][]} */ ([
    ['last write wins', lww],
    ['vector clocks', clocks],
  ]);
  return html`${tableTwin({
    caption: 'The two changes',
    columns: ['Client', 'Change', 'Began', 'Wrote', 'The machine’s clock said', 'Told'],
    rows: [addition, removal].map((op) => {
      const { begin_us, outcome } = callOf(lww, op);
      const { value, stampUs } = versionOf(lww.cut, op);
      return [
        formatName(clientOf(op)),
        op === addition ? `adds ${added}` : `removes ${removed}`,
        formatTime(begin_us),
        value,
        formatTime(stampUs),
        outcome === 'ok' ? 'saved' : 'nothing',
      ];
    }),
    empty: '',
  })}
  ${tableTwin({
    caption: `What the machines have ${healed ? 'after the cut' : 'during the cut'}: ${dialled}’s clock is ${clockWords(skew)}, ${formatName(reader)} writes back ${merges.find(({ id }) => id === merge)?.text}`,
    columns: ['Rule and machine', 'Cart', 'Clock', 'Run'],
    rows: rules.flatMap(([rule, played]) =>
      (healed ? played.end : played.cut).flatMap(({ machine, versions }) =>
        versions.map(({ value, clock }) => [
          `${rule}, ${machine}`,
          value,
          clock ? clockText(clock) : '–',
          runOf(played),
        ]),
      ),
    ),
    empty: '',
  })}
  ${tableTwin({
    caption: 'Where the dial has been',
    columns: [`${dialled}’s clock`, 'Last write wins kept', 'Vector clocks kept'],
    rows: dialRows(turned),
    empty: 'It has not been turned yet.',
  })}`;
}
