// Fig 6-8's picture: a pure function from what is known to the figure's frame.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { formatList, formatName, formatTime } from '../ui/format.js';
import { tableTwin } from '../ui/table-twin.js';
import {
  added,
  addition,
  agreed,
  before,
  callOf,
  fateOf,
  itemsOf,
  key,
  later,
  most,
  removal,
  removed,
} from './cart-run.js';
import { stretched } from './lane.js';
import { element, line } from './svg.js';

/** @import { Fate, Held, Merge, Pair, Rule, Setting, Version } from './cart-run.js' */

/**
 * @typedef {object} CartPicture
 * @property {boolean} live
 * @property {string} guess what the reader expects of the cart, one of `guesses`; '' none yet
 * @property {boolean} healed
 * @property {Setting} setting
 * @property {Pair} played
 * @property {Map<number, Kept>} turned what each place of the dial kept, where it has been
 */

/**
 * @typedef {object} CartControls
 * @property {(guess: string) => void} guess
 * @property {() => void} heal
 * @property {(skew: number) => void} turn
 * @property {() => void} sweep
 * @property {(merge: Merge) => void} merge
 */

/** @type {CartControls} */
export const noControls = { guess() {}, heal() {}, turn() {}, sweep() {}, merge() {} };

/** From one place of the dial to the next, in ms. */
const notch = 1;

const [stays] = itemsOf(before);

/** What a reader may expect. `cart` is the list that it means. */
export const guesses = [
  { id: 'all', cart: [stays, removed, added] },
  { id: 'removal', cart: [stays] },
  { id: 'both', cart: [stays, added] },
  { id: 'unsure', cart: null },
];

/** @type {{id: Merge, text: string}[]} */
export const merges = [
  { id: 'none', text: 'nothing' },
  { id: 'union', text: 'the union' },
  { id: 'first', text: 'client 1’s' },
  { id: 'second', text: 'client 2’s' },
];

/** @param {CartPicture} picture @param {CartControls} controls */
export function cartFrame(picture, controls) {
  return {
    caption: 'Fig 6-8 · the clock dial on the cart',
    look: 'Say what will be in the cart, and heal the cut. Then turn B’s clock by a few ms: whose change vanishes?',
    body: html`
      ${picture.healed ? dialPanel(picture, controls) : guessPanel(picture, controls)}
      <p class="news" role="status">${newsOf(picture)}</p>
      <div class="carts">
        ${people(picture)} ${keptByTime(picture)} ${keptByClocks(picture, controls)}
      </div>`,
    twin: twins(picture),
  };
}

/** @param {CartPicture} picture @param {CartControls} controls */
function guessPanel({ live, guess }, controls) {
  // The button goes, so the focus goes to what takes its place, once it is there.
  const heal = (/** @type {Event} */ event) => {
    const figure = /** @type {Element} */ (/** @type {Element} */ (event.currentTarget).closest('figure'));
    const observer = new MutationObserver(() => {
      const dial = /** @type {HTMLElement | null} */ (figure.querySelector('.dial input'));
      if (!dial) return;
      observer.disconnect();
      dial.focus();
    });
    observer.observe(figure, { childList: true, subtree: true });
    controls.heal();
  };
  return html`<div class="cart-panel">
    <p class="asked" id="cart-guess">
      A cut divides the store’s machines, A and C from B, and both sides take a change of <code>${key}</code>. Of two
      versions the store keeps the one with the <b>later time</b>. All clocks are right. What is in the cart once the cut
      has healed?
    </p>
    <div class="guess-carts" role="group" aria-labelledby="cart-guess">
      ${guesses.map(
        ({ id, cart }) => html`<button
          type="button"
          class="guess-cart"
          aria-pressed=${String(id === guess)}
          ?disabled=${!live}
          @click=${() => controls.guess(id)}
        >${cart ? cart.map((item) => html`<code>${item}</code> `) : 'not sure'}</button>`,
      )}
    </div>
    <div class="row">
      <button type="button" class="btn primary" ?disabled=${!live} @click=${heal}>heal the cut</button>
    </div>
  </div>`;
}

/** @param {CartPicture} picture @param {CartControls} controls */
function dialPanel({ live, setting: { skew }, turned }, controls) {
  const whole = turned.size > 2 * most;
  return html`<div class="cart-panel">
    <div class="clock-dial">
      <label class="lane-name" for="clock-of-b">B’s clock</label>
      <output class="clock-is">${clockWords(skew)}</output>
      <div class="dial-steps">
        <button type="button" class="btn step" ?disabled=${!live} aria-label="B’s clock ${notch} ms back" @click=${() => controls.turn(skew - notch)}>−</button>
        <button type="button" class="btn step" ?disabled=${!live} aria-label="B’s clock ${notch} ms on" @click=${() => controls.turn(skew + notch)}>+</button>
      </div>
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
      ${strip('last write wins', 'lww', skew, turned)} ${strip('vector clocks', 'clocks', skew, turned)}
    </div>
    <div class="row">
      <button type="button" class="btn" ?disabled=${!live} aria-disabled=${whole ? 'true' : nothing} @click=${controls.sweep}>
        ${whole ? 'every place of the dial was run' : 'turn it from end to end'}
      </button>
      <span class="hush"><i class="swatch kept" aria-hidden="true"></i> kept <i class="swatch gone" aria-hidden="true"></i> vanished · each place is two runs with the same luck</span>
    </div>
  </div>`;
}

/** @param {number} skew */
const signed = (skew) => (skew === 0 ? '0' : `${skew < 0 ? '−' : '+'}${Math.abs(skew)}`);

/** @param {number} skew */
export const clockWords = (skew) =>
  skew === 0 ? 'right' : `${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead'}`;

/** What was kept at each place of the dial. @param {string} name @param {'lww' | 'clocks'} rule @param {number} at @param {CartPicture['turned']} turned */
function strip(name, rule, at, turned) {
  return html`<b class="lane-name">${name}</b>
    <p class="lane-words"><span>addition</span><span>removal</span></p>
    <div class="lane-strip">${unsafeHTML(drawStrip({ rule, at, turned }))}</div>`;
}

/** Two lanes: where the addition was kept, and where the removal was. @param {{rule: 'lww' | 'clocks', at: number, turned: CartPicture['turned']}} view */
export function drawStrip({ rule, at, turned }) {
  const stretches = stretchesOf(turned, ({ [rule]: { add, remove } }) => `${add} ${remove}`);
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
  return stretched('cart-strip', 2 * most + 1, [...cells, line(here, 0, here, 100, 'here')].join(''));
}

/** @typedef {{lww: Fate, clocks: Fate}} Kept at a place of the dial */

/**
 * Places of the dial in stretches of neighbours that kept the same.
 * @param {CartPicture['turned']} turned
 * @param {(kept: Kept) => string} same
 */
function stretchesOf(turned, same) {
  /** @type {{from: number, to: number, kept: Kept}[]} */
  const stretches = [];
  for (const [skew, kept] of [...turned].sort(([left], [right]) => left - right)) {
    const last = stretches.at(-1);
    if (last && last.to === skew - 1 && same(last.kept) === same(kept)) last.to = skew;
    else stretches.push({ from: skew, to: skew, kept });
  }
  return stretches;
}

/** What the clients did; with B's clock only the stamp of its change differs. @param {CartPicture} picture */
function people({ played: { lww } }) {
  const did = (/** @type {number} */ op, /** @type {unknown} */ words, /** @type {string} */ when) => {
    const version = versionOf(lww.cut, op);
    const { client, outcome } = callOf(lww, op);
    const machine = op === addition ? 'A' : 'B';
    return html`<li class="cart-card">
      <p><b>${formatName(client)}</b>, on ${machine}’s side, <b>${words}</b>${when}</p>
      ${chips(version?.value ?? '', op)}
      <p class="stamp">${outcome === 'ok' ? '✓ told “saved”' : '✕ told nothing'} · ${machine}’s clock said <b>${formatTime(version?.stampUs ?? 0)}</b></p>
    </li>`;
  };
  return html`<div class="cart-column" role="group" aria-label="What people did">
    <p class="column-name" aria-hidden="true">What people did</p>
    <ol>
      ${did(addition, html`adds <span class="whole">${added}</span>`, '')}
      ${did(removal, html`removes <span class="whole">${removed}</span>`, `, ${later} ms later`)}
    </ol>
    <p class="hush">Before the cut both had read <code class="whole">${before}</code>.</p>
  </div>`;
}

/** @param {Held[]} held @param {number} op @returns {Version | undefined} */
const versionOf = (held, op) => held.flatMap(({ versions }) => versions).find((version) => version.op === op);

/** A cart's items; what the change has taken out is struck through. @param {string} cart @param {number | null} op the write that made it */
function chips(cart, op) {
  const items = itemsOf(cart);
  return html`<p class="items">
    ${items.map((item) => html`<code class=${op === addition && item === added ? 'item new' : 'item'}>${op === addition && item === added ? '+ ' : ''}${item}</code> `)}
    ${op === removal && !items.includes(removed) ? html`<del class="item"><span class="visually-hidden">removed: </span>${removed}</del>` : nothing}
  </p>`;
}

/**
 * Two times with as many digits as tell them apart.
 * @param {number} later
 * @param {number} earlier both in µs
 */
export function laterWords(later, earlier) {
  const say = (/** @type {number} */ us) =>
    formatTime(later) === formatTime(earlier) ? `${(us / 1000).toFixed(3)} ms` : formatTime(us);
  return `${say(later)} is later than ${say(earlier)}`;
}

/** @param {CartPicture} picture */
function keptByTime({ healed, played: { lww } }) {
  return html`<div class="cart-column" role="group" aria-label="What last write wins kept">
    <p class="column-name" aria-hidden="true">What last write wins kept</p>
    ${
      healed
        ? html`<ol>${(agreed(lww.end) ?? []).map((version) => {
            const [won, lost] = version.op === addition ? [addition, removal] : [removal, addition];
            const [later, earlier] = [won, lost].map((op) => versionOf(lww.cut, op)?.stampUs ?? 0);
            return html`<li class="cart-card">
              <p><b>${everybody(lww.end)}</b> ${one(lww.end) ? 'has' : 'have'} ${whose(won)} cart</p>
              ${chips(version.value, won)}
              <p class="stamp">${laterWords(later, earlier)}</p>
            </li>`;
          })}</ol>
          ${vanished(lww.kept)}`
        : sides(lww.cut)
    }
  </div>`;
}

/** @param {Fate} kept */
function vanished({ add, remove }) {
  if (add && remove) return nothing;
  return html`<p class="gone-words failed">✕ ${
    add
      ? html`Client 2’s removal has vanished: <code>${removed}</code> is in the cart.`
      : html`Client 1’s addition has vanished: no <code>${added}</code>.`
  }</p>`;
}

/** @param {CartPicture} picture @param {CartControls} controls */
function keptByClocks({ live, healed, setting: { merge }, played: { clocks } }, controls) {
  const held = agreed(clocks.end) ?? [];
  return html`<div class="cart-column" role="group" aria-label="What vector clocks kept">
    <p class="column-name" aria-hidden="true">What vector clocks kept</p>
    ${
      healed
        ? html`<ol>${held.map((version) => {
            const words =
              version.op === addition || version.op === removal ? whose(version.op) : 'client 3’s';
            return html`<li class="cart-card ${held.length > 1 ? 'sibling' : ''}">
              <p><b>${everybody(clocks.end)}</b> have ${words} cart${held.length > 1 ? ', a sibling' : ''}</p>
              ${chips(version.value, version.op)} ${clockOf(version)}
            </li>`;
          })}</ol>
          ${mergeNote(clocks.end, held)}
          <div class="switch">
            <span id="cart-merge">client 3 reads both, and writes back</span>
            <div class="segmented" role="group" aria-labelledby="cart-merge">
              ${merges.map(
                ({ id, text }) => html`<button
                  type="button"
                  aria-pressed=${String(id === merge)}
                  ?disabled=${!live}
                  @click=${() => controls.merge(id)}
                >${text}</button>`,
              )}
            </div>
          </div>`
        : sides(clocks.cut)
    }
  </div>`;
}

/** @param {Held[]} end @param {Version[]} held */
function mergeNote(end, held) {
  if (held.length > 1) return html`<p class="note">${compared(held)}</p>`;
  const { add, remove } = fateOf(end);
  return add && !remove && held[0]?.op !== addition
    ? html`<p class="gone-words failed">✕ <code>${removed}</code> is back in the cart: client 2’s removal has vanished.</p>`
    : vanished({ add, remove });
}

/** What two clocks say of their versions. @param {Version[]} held */
function compared([one, other]) {
  const counts = Object.entries(one.clock ?? {});
  const shared = counts.filter(([machine, count]) => other.clock?.[machine] === count);
  const own = (/** @type {Version} */ { clock }) =>
    Object.entries(clock ?? {})
      .filter(([machine]) => !shared.some(([at]) => at === machine))
      .map((entry) => entry.join('\u00a0'))
      .join(', ');
  const common = shared.map((entry) => entry.join('\u00a0')).join(', ');
  return `${common ? `${common} is the cart that both had read. ` : ''}${own(one)} and ${own(other)} are one write each, which the other has not seen: both stay.`;
}

/** Counters of a clock. @param {Version} version */
function clockOf({ clock }) {
  if (!clock) return nothing;
  const entries = Object.entries(clock);
  return html`<p class="stamp">clock ${entries.length === 0 ? html`<b>empty</b>` : entries.map(([machine, count]) => html`<b class="counter">${machine} ${count}</b> `)}</p>`;
}

/** @param {number} op */
const whose = (op) => (op === addition ? 'client 1’s' : 'client 2’s');

/** @param {Held[]} held */
const everybody = (held) => formatList(held.map(({ machine }) => machine));

/** @param {Held[]} held */
const one = (held) => held.length === 1;

/** While the cut stands: each side's copies. @param {Held[]} held */
function sides(held) {
  /** @type {Map<string, {machines: string[], version: Version}>} */
  const groups = new Map();
  for (const { machine, versions } of held)
    for (const version of versions) {
      const group = groups.get(version.value) ?? { machines: [], version };
      group.machines.push(machine);
      groups.set(version.value, group);
    }
  return html`<ol>${[...groups.values()].map(
    ({ machines, version }) => html`<li class="cart-card">
      <p><b>${formatList(machines)}</b> ${machines.length === 1 ? 'has' : 'have'}</p>
      ${chips(version.value, version.op)} ${clockOf(version)}
    </li>`,
  )}</ol>
  <p class="hush">The cut stands between them.</p>`;
}

/** What the last press says. @param {CartPicture} picture */
export function newsOf({ guess, healed, setting: { skew, merge }, played: { lww, clocks }, turned }) {
  if (!healed) {
    const saved = [addition, removal].every((op) => callOf(lww, op).outcome === 'ok');
    return `The cut stands. ${saved ? 'Both clients were told “saved”.' : ''} A and C have heard of one change, and B of the other.`;
  }
  if (merge !== 'none') return mergeNews(merge, clocks.end);
  const first = turned.size === 1 && skew === 0;
  const lost = lww.kept.add ? 'client 2’s removal' : 'client 1’s addition';
  const told = first ? guessNews(guess, agreed(lww.end)?.[0]?.value ?? '') : '';
  if (first)
    return `${told}The removal’s time is later, so ${lost} has vanished, though its client was told “saved”. Now turn B’s clock.`;
  const clock = skew === 0 ? 'B’s clock is right' : `B’s clock is ${clockWords(skew)}`;
  const wrong = lww.kept.add ? ', although it was made later' : '';
  const both = clocks.kept.add && clocks.kept.remove;
  return `${clock}: ${lost} vanishes${wrong}. ${both ? 'Vector clocks keep both, wherever the dial stands.' : ''}`;
}

/** @param {string} guess @param {string} cart */
function guessNews(guess, cart) {
  const expected = guesses.find(({ id }) => id === guess)?.cart;
  if (!expected) return '';
  const list = `[${expected.join(', ')}]`;
  if (list === cart) return `${list}: so it is. `;
  return expected.includes(added) && !expected.includes(removed)
    ? `${list} is what both wanted, but no client ever wrote that list, and the store does not look into values. `
    : `Not ${list} but ${cart}. `;
}

/** @param {Merge} merge @param {Held[]} end */
function mergeNews(merge, end) {
  const { add, remove } = fateOf(end);
  const cart = agreed(end)?.[0]?.value ?? '';
  if (merge === 'union' && add && !remove)
    return `The union is ${cart}: nothing that was added is lost, and what was removed is back. To a union, an item that one side removed looks like an item that it never saw added.`;
  const lost = add ? 'client 2’s removal' : 'client 1’s addition';
  return `Client 3 has written ${cart}, and ${lost} is gone: somebody chose it, no clock did.`;
}

/** @param {CartPicture} picture */
function twins({ healed, setting: { skew, merge }, played: { lww, clocks }, turned }) {
  const rules = /** @type {[Rule, Held[]][]} */ ([
    ['lww', healed ? lww.end : lww.cut],
    ['vector-clocks', healed ? clocks.end : clocks.cut],
  ]);
  return html`${tableTwin({
    caption: 'The two changes',
    columns: ['Client', 'Change', 'Began', 'Wrote', 'The machine’s clock said', 'Told'],
    rows: [addition, removal].map((op) => {
      const { client, begin_us, outcome } = callOf(lww, op);
      const version = versionOf(lww.cut, op);
      return [
        formatName(client),
        op === addition ? `adds ${added}` : `removes ${removed}`,
        formatTime(begin_us),
        version?.value ?? '–',
        formatTime(version?.stampUs ?? 0),
        outcome === 'ok' ? 'saved' : 'nothing',
      ];
    }),
    empty: '',
  })}
  ${tableTwin({
    caption: `What the machines have ${healed ? 'after the cut' : 'during the cut'}: B’s clock is ${clockWords(skew)}, client 3 writes back ${merges.find(({ id }) => id === merge)?.text}`,
    columns: ['Rule and machine', 'Cart', 'Clock'],
    rows: rules.flatMap(([rule, held]) =>
      held.flatMap(({ machine, versions }) =>
        versions.map(({ value, clock }) => [
          `${rule === 'lww' ? 'last write wins' : 'vector clocks'}, ${machine}`,
          value,
          clock
            ? Object.entries(clock)
                .map((entry) => entry.join(' '))
                .join(', ')
            : '–',
        ]),
      ),
    ),
    empty: '',
  })}
  ${tableTwin({
    caption: 'Where the dial has been',
    columns: ['B’s clock', 'Last write wins kept', 'Vector clocks kept'],
    rows: dialRows(turned),
    empty: 'It has not been turned yet.',
  })}`;
}

/** Neighbouring places that kept the same are one row. @param {CartPicture['turned']} turned */
export function dialRows(turned) {
  const words = (/** @type {Fate} */ { add, remove }) =>
    add && remove ? 'both changes' : add ? 'client 1’s addition' : remove ? 'client 2’s removal' : 'neither';
  const cells = (/** @type {Kept} */ { lww, clocks }) => [words(lww), words(clocks)];
  return stretchesOf(turned, (kept) => cells(kept).join()).map(({ from, to, kept }) => [
    from === to ? clockWords(from) : `from ${clockWords(from)} to ${clockWords(to)}`,
    ...cells(kept),
  ]);
}
