// <merkle-sync>: the lab as a custom element. Attributes: title (a heading of its own), challenge (the id of the one that
// it opens on), student (whose luck that takes). Events, all bubbling and composed:
// ready, statechange, complete. What stands inside the element is shown until the lab is there. The engine is the page's
// one engine (web/engine/page-engine.js).
import { html, LitElement, nothing, unsafeCSS } from 'lit';
import { pageEngine } from '../../web/engine/page-engine.js';
import figureStyles from '../../web/figures/figures.css';
import tokens from '../../web/styles/tokens.css';
import { Announcer } from '../../web/ui/announcer.js';
import challengeStyles from '../../web/ui/challenges.css';
import controlStyles from '../../web/ui/lab-controls.css';
import partStyles from '../../web/ui/lab-parts.css';
import { bill } from './bill-view.js';
import { curve } from './curve-view.js';
import { foot } from './foot.js';
import { Lab } from './lab.js';
import layoutStyles from './layout.css';
import panelStyles from './panels.css';
import { readFragment } from './share.js';
import { side } from './side.js';
import stageStyles from './stage.css';
import { cellBox, found, isByHand, stage } from './stage.js';
import { tables } from './tables.js';
import { task } from './task.js';
import { transport } from './transport.js';
import underStyles from './under.css';
import { verdict, verdictSign } from './verdict.js';

/** @import { Ui } from './ui.js' */

export class MerkleSync extends LitElement {
  static styles = [
    tokens,
    figureStyles,
    controlStyles,
    challengeStyles,
    partStyles,
    layoutStyles,
    stageStyles,
    underStyles,
    panelStyles,
  ].map((text) => unsafeCSS(text));

  static properties = { challenge: { type: String }, student: { type: String } };

  #stillness = matchMedia('(prefers-reduced-motion: reduce)');
  #announcer = new Announcer(() => this.requestUpdate());
  #resize = new ResizeObserver(() => this.#measure());
  #onHash = () => this.#openLink();
  #isOpen = false;
  /** The run that was there when it was drawn last. @type {Lab['shown']} */
  #takenFrom = null;

  constructor() {
    super();
    /** @type {string | undefined} */
    this.challenge = undefined;
    /** @type {string | undefined} */
    this.student = undefined;
    this.lab = new Lab({
      engine: pageEngine,
      draw: () => this.requestUpdate(),
      say: (sentence) => this.#announcer.say(sentence),
      focus: (selector) => this.#focus(selector),
      reveal: (selector) => this.#reveal(selector),
      tell: (name) => this.#tell(name),
      still: () => this.#stillness.matches,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      challenges: () => import('./challenges.js'),
    });
    /** @type {Ui} */
    this.ui = {
      stageWidth: 700,
      billWidth: 560,
      curveWidth: 560,
      tables: false,
      copied: null,
      address: null,
      content: null,
      tab: 'bill',
      zoomed: null,
      hand: { key: -1, side: 'A' },
      set: (change) => {
        Object.assign(this.ui, change);
        this.requestUpdate();
      },
    };
  }

  /** For tests and hosts: whether the lab can be used, and where its run stands. */
  get isReady() {
    return this.#isOpen && this.lab.working === null;
  }

  get position() {
    return this.lab.hop;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#resize.observe(this);
    addEventListener('hashchange', this.#onHash);
    this.#open();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#resize.disconnect();
    removeEventListener('hashchange', this.#onHash);
    this.lab.close();
  }

  willUpdate() {
    // What was copied belongs to one run.
    if (this.#takenFrom === this.lab.shown) return;
    this.#takenFrom = this.lab.shown;
    Object.assign(this.ui, { copied: null, address: null, content: null });
  }

  render() {
    const { lab, ui } = this;
    const { assignment, deepHand, showsPrices } = lab;
    if (!this.#isOpen && !lab.shown) {
      return html`${this.#announcer.render()}
        <div class="lab is-loading">${this.#problem()}<p class="loading">${lab.working ? `${lab.working.says} …` : 'The engine is loading …'}</p><slot></slot></div>`;
    }
    return html`${this.#announcer.render()}
      <div class="lab" data-phase=${lab.phase} data-tab=${ui.tab}>
        ${this.title ? html`<h1 class="title">${this.title}</h1>` : nothing} ${this.#problem()} ${task(lab)}
        <div class="result">${assignment.challenge ? assignment.parts?.challengeResult(lab, ui) : nothing}</div>
        ${lab.shown || isByHand(lab) ? stage(lab, ui) : nothing} ${isByHand(lab) || deepHand ? nothing : transport(lab)} ${found(lab, ui)} ${side(lab)}
        ${
          showsPrices && lab.shown
            ? html`<div class="under">
                <div class="tabs" role="group" aria-label="Show">${this.#tab('bill', 'Bill')}${this.#tab('curve', 'Where it loses')}${this.#tab('proof', html`${verdictSign(lab)}Proof`)}</div>
                ${bill(lab, ui)} ${curve(lab, ui)}
              </div>`
            : nothing
        }
        ${deepHand ? nothing : verdict(lab)} ${ui.tables && showsPrices ? tables(lab) : nothing} ${foot(lab, ui, this.renderRoot)}
      </div>`;
  }

  /** @param {Ui['tab']} tab @param {unknown} words */
  #tab(tab, words) {
    return html`<button aria-pressed=${this.ui.tab === tab ? 'true' : 'false'} @click=${() => this.ui.set({ tab })}>${words}</button>`;
  }

  #problem() {
    const { lab } = this;
    if (!lab.problem) return nothing;
    const goOn = () => {
      lab.problem = '';
      lab.around.draw();
    };
    return html`<section class="problem" role="alert">
      <p><b>✕ That did not work.</b> ${lab.problem}</p>
      <button class="btn" @click=${goOn}>Go on</button>
    </section>`;
  }

  updated() {
    this.#placeCell();
    this.#measure(); // last: it has the page laid out, and what is changed afterwards would have that done twice
  }

  #placeCell() {
    // The one cell of the keyboard stands over the drawing; a style attribute would be against the page's policy.
    const cell = /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('.cell'));
    const box = cell && cellBox(this.lab, this.ui);
    if (!cell) return;
    cell.toggleAttribute('data-nowhere', !box);
    const { x = 0, y = 0, width = 24, height = 24 } = box ?? {};
    // Across in parts of the stage: a narrower window must not have it stick out until the stage is drawn again.
    const across = (/** @type {number} */ value) => `${(100 * value) / this.ui.stageWidth}%`;
    const place = {
      left: across(x),
      width: across(Math.max(6, width)),
      top: `${y}px`,
      height: `${height}px`,
    };
    for (const [name, value] of Object.entries(place)) cell.style.setProperty(name, value);
  }

  async #open() {
    const { assignment } = this.lab;
    assignment.student = this.student ?? '';
    await this.lab.open(() => readFragment(location.hash), this.challenge);
    this.#isOpen = true;
    this.requestUpdate();
  }

  #openLink() {
    try {
      const link = readFragment(location.hash);
      if (link) this.lab.openLink(link);
    } catch (error) {
      this.lab.problem = error instanceof Error ? error.message : String(error);
      this.requestUpdate();
    }
  }

  /** Drawings are laid out for the width that they get, so that letters keep their size. */
  #measure() {
    const widths = {
      stageWidth: this.#innerWidth('.stage'),
      billWidth: this.#innerWidth('.bill-part'),
      curveWidth: this.#innerWidth('.curve-part'),
    };
    const changed = Object.entries(widths).filter(
      ([name, width]) => width > 0 && width !== this.ui[/** @type {keyof typeof widths} */ (name)],
    );
    if (changed.length > 0) this.ui.set(Object.fromEntries(changed));
  }

  /** @param {string} selector */
  #innerWidth(selector) {
    const part = this.renderRoot.querySelector(selector);
    if (!part) return 0;
    const { paddingLeft, paddingRight } = getComputedStyle(part);
    return Math.floor(part.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight));
  }

  /** @param {string} selector */
  async #focus(selector) {
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.renderRoot.querySelector(selector))?.focus({
      preventScroll: true,
    });
  }

  /** @param {string} selector */
  async #reveal(selector) {
    await this.#focus(selector);
    this.renderRoot
      .querySelector(selector)
      ?.scrollIntoView({ block: 'start', behavior: this.#stillness.matches ? 'auto' : 'smooth' });
  }

  /** @param {'ready' | 'statechange' | 'complete'} name */
  #tell(name) {
    const { phase, hop, settings } = this.lab;
    this.dispatchEvent(
      new CustomEvent(name, { bubbles: true, composed: true, detail: { phase, position: hop, settings } }),
    );
  }
}

/** Once only: a page may load the script twice. */
export function defineMerkleSync() {
  if (!customElements.get('merkle-sync')) customElements.define('merkle-sync', MerkleSync);
}
