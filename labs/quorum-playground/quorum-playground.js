// <quorum-playground>: the lab as a custom element. Attributes: seed, n, w, r (simple settings of the story), title (a
// heading of its own). Events, all bubbling and composed: ready, statechange, complete. What stands inside the element is
// shown until the engine is there. The engine is the page's one engine (web/engine/page-engine.js).
import { html, LitElement, nothing, unsafeCSS } from 'lit';
import { pageEngine } from '../../web/engine/page-engine.js';
import figureStyles from '../../web/figures/figures.css';
import overlapStyles from '../../web/figures/overlap.css';
import tokens from '../../web/styles/tokens.css';
import { Announcer } from '../../web/ui/announcer.js';
import controlStyles from '../../web/ui/lab-controls.css';
import partStyles from '../../web/ui/lab-parts.css';
import { foot } from './foot.js';
import { Lab } from './lab.js';
import layoutStyles from './layout.css';
import { lucks } from './lucks.js';
import { showTime } from './motion.js';
import { overlapStrip } from './overlap-strip.js';
import panelStyles from './panels.css';
import { loadPart } from './parts.js';
import { problem } from './problem.js';
import { storyMachines, storyQuorum, storySeed, withinLimits } from './scenario.js';
import { runInAddress, storyInAddress } from './share.js';
import stageStyles from './stage.css';
import { stage, where } from './stage.js';
import { scene } from './story.js';
import { tables } from './tables.js';
import { task } from './task.js';
import { transport } from './transport.js';
import { under } from './under.js';
import { verdict } from './verdict.js';

/** @import { Parts } from './lab.js' */
/** @import { Ui } from './ui.js' */

/** Regions, and who takes the focus there when the control that had it is gone. @type {string[][]} */
const heirs = [
  ['.task', '.task button', '.task-text'],
  ['.verdict', '.broken-promise .btn', '.all-promises', '.task-text'],
  ['.stage', '.time .btn[aria-label="Play"]', '.task-text'],
];

/** Up to this width the row of time is fixed: 40rem, as in layout.css. */
const phoneWidth = 640;

/** So much of the verdict says how it went, in pixels. */
const firstLines = 80;

export class QuorumPlayground extends LitElement {
  static properties = {
    challenge: { type: String },
    student: { type: String },
    seed: { type: Number },
    n: { type: Number },
    w: { type: Number },
    r: { type: Number },
  };

  static styles = [
    tokens,
    figureStyles,
    overlapStyles,
    controlStyles,
    partStyles,
    layoutStyles,
    stageStyles,
    panelStyles,
  ].map((text) => unsafeCSS(text));

  #stillness = matchMedia('(prefers-reduced-motion: reduce)');
  #announcer = new Announcer(() => this.requestUpdate());
  /** The parts whose looks are here. @type {Set<string>} */
  #dressed = new Set();
  #resize = new ResizeObserver(() => this.#measure());
  #onHash = () => this.#openAddress();

  constructor() {
    super();
    /** @type {number | undefined} */
    this.seed = undefined;
    /** @type {number | undefined} */
    this.n = undefined;
    /** @type {number | undefined} */
    this.w = undefined;
    /** @type {number | undefined} */
    this.r = undefined;
    /** @type {string | undefined} */
    this.challenge = undefined;
    /** @type {string | undefined} */
    this.student = undefined;
    this.lab = new Lab({
      engine: pageEngine,
      draw: () => this.requestUpdate(),
      frame: (displayUs) => showTime(this.renderRoot, displayUs),
      focus: (selector) => this.#whenDrawn(selector, (part) => this.#show(part)),
      part: (name) => this.#part(name),
      say: (sentence) => this.#announcer.say(sentence),
      tell: (name) => this.#tell(name),
      still: () => this.#stillness.matches,
    });
    /** The region in which the focus was before the drawing, if it is one of `heirs`. */
    this.focusWasIn = '';
    this.wasMeasuring = false;
    /** The last answer that was on show, and in which run. @type {number | undefined} */
    this.answered = undefined;
    this.answeredIn = this.lab.run;
    /** What was typed and copied belongs to one run. */
    this.draftedFor = this.lab.run;
    /** @type {Ui} */
    this.ui = {
      menu: null,
      promises: false,
      round: false,
      tables: false,
      address: null,
      content: null,
      copied: null,
      stageWidth: 600,
      sideWidth: 300,
      diagramWidth: 600,
      whyWidth: 600,
      curveWidth: 480,
      drafts: {},
      set: (change) => this.#setUi(change),
    };
  }

  /** For tests and hosts: the hash of the run so far, and where it stands. */
  get traceSha256() {
    return this.lab.run?.hash?.trace_sha256 ?? null;
  }

  get position() {
    return this.lab.run?.hash?.position ?? null;
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

  render() {
    const { lab, ui } = this;
    const live = this.#announcer.render();
    if (!lab.run) {
      return html`${live}
        <div class="lab is-loading">
          ${problem(lab)}
          ${lab.problem ? nothing : html`<p class="loading">The engine is loading …</p>`}
          <slot></slot>
        </div>`;
    }
    return html`${live}
      <div class="lab" data-phase=${lab.phase} data-scene=${scene(lab.phase, lab.trying)} ?data-hands=${lab.lit.hands}>
        ${this.title ? html`<h1 class="title">${this.title}</h1>` : nothing} ${problem(lab)}
        ${task(lab)} ${overlapStrip(lab)} ${stage(lab, ui)} ${where(lab, ui)} ${lucks(lab, ui)} ${transport(lab)}
        ${verdict(lab, ui)} ${under(lab, ui)} ${ui.tables ? tables(lab) : nothing} ${foot(lab, ui)}
      </div>`;
  }

  /** The control that had the focus may be gone with what it stood for; then its neighbours take it. */
  willUpdate() {
    if (this.draftedFor !== this.lab.run) {
      this.draftedFor = this.lab.run;
      Object.assign(this.ui, { drafts: {}, copied: null, address: null, content: null });
    }
    const active = /** @type {ShadowRoot} */ (this.renderRoot)?.activeElement;
    this.focusWasIn = heirs.find(([region]) => active?.closest(region))?.[0] ?? '';
  }

  updated() {
    showTime(this.renderRoot, this.lab.player.displayUs);
    const root = /** @type {ShadowRoot} */ (this.renderRoot);
    if (this.focusWasIn && !root.activeElement) {
      const [, ...choices] = heirs.find(([region]) => region === this.focusWasIn) ?? [];
      const next = choices.map((choice) => root.querySelector(choice)).find(Boolean);
      /** @type {HTMLElement | undefined} */ (next)?.focus({ preventScroll: this.lab.phase !== 'done' });
    }
    this.#measure();
    this.#showCurve();
    this.#showAnswer();
  }

  /** On a phone the row of time lies over the page: an answer comes into view above it, with what is said of it. */
  #showAnswer() {
    const { run, phase } = this.lab;
    const answer = run?.lastJudged?.op;
    const isNew = answer !== undefined && run === this.answeredIn && answer !== this.answered;
    Object.assign(this, { answeredIn: run, answered: answer });
    if (!isNew || this.clientWidth > phoneWidth || !['reading', 'told', 'free'].includes(phase)) return;
    const [stage, verdict, time] = ['.stage', '.verdict', '.time'].map((part) =>
      /** @type {Element} */ (this.renderRoot.querySelector(part)).getBoundingClientRect(),
    );
    const isWatched = stage.bottom > 0 && stage.top < innerHeight;
    const covered = verdict.top + firstLines - time.top;
    if (isWatched && covered > 0) scrollBy({ top: covered });
  }

  /** The curve grows below everything else: whoever asked for it should see it. */
  #showCurve() {
    const measuring = this.lab.trials?.progress?.kind === 'curve';
    if (measuring && !this.wasMeasuring) {
      const behavior = this.#stillness.matches ? 'instant' : 'smooth';
      this.renderRoot.querySelector('.curve-part')?.scrollIntoView({ block: 'nearest', behavior });
    }
    // What it came to is said in the task, above.
    if (this.wasMeasuring && this.lab.phase === 'done') {
      this.renderRoot.querySelector('.task')?.scrollIntoView({ block: 'nearest' });
    }
    this.wasMeasuring = measuring;
  }

  /** What the address names: a story, or a run. */
  async #openAddress() {
    const story = storyInAddress();
    if (!story) return this.lab.openLink(runInAddress);
    await this.lab.tale.open(story.id, story.mended);
    if (!this.lab.run) return false;
    this.#tell('ready');
    return true;
  }

  async #open() {
    this.lab.assignment.student = this.student ?? '';
    if (await this.#openAddress()) return;
    if (this.challenge) await this.lab.assignment.start(this.challenge);
    if (this.lab.challenge) return this.#tell('ready');
    const { n = storyQuorum.n, w = storyQuorum.w, r = storyQuorum.r, seed = storySeed } = this;
    await this.lab.openStory({ seed, quorum: withinLimits({ n, w, r }, storyMachines) });
  }

  /** Drawings are laid out for the width that they get, so that letters keep their size. */
  #measure() {
    const widths = {
      stageWidth: this.#innerWidth('.stage'),
      sideWidth: this.#innerWidth('.lucks'),
      diagramWidth: this.#innerWidth('.under > section'),
      whyWidth: this.#innerWidth('.why-picture'),
      curveWidth: this.#innerWidth('.curve-part'),
    };
    const changed = Object.entries(widths).filter(
      ([name, width]) => width > 0 && width !== this.ui[/** @type {keyof Ui} */ (name)],
    );
    if (changed.length > 0) this.#setUi(Object.fromEntries(changed));
  }

  /** @param {string} selector */
  #innerWidth(selector) {
    const part = this.renderRoot.querySelector(selector);
    if (!part) return 0;
    const { paddingLeft, paddingRight } = getComputedStyle(part);
    return Math.floor(part.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight));
  }

  /**
   * A part of the lab that is needed now; its looks are there before it is drawn.
   * @template {keyof Parts} Name
   * @param {Name} name
   * @returns {Promise<Parts[Name]>}
   */
  async #part(name) {
    const { part, looks } = await loadPart(name);
    const root = /** @type {ShadowRoot} */ (this.renderRoot);
    if (!this.#dressed.has(name)) {
      this.#dressed.add(name);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(looks);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    }
    return part;
  }

  /** @param {HTMLElement} part */
  #show(part) {
    part.focus({ preventScroll: true });
    part.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Partial<Ui>} change */
  #setUi(change) {
    Object.assign(this.ui, change);
    this.requestUpdate();
    if (typeof change.address === 'string') this.#whenDrawn('.address input', (field) => field.select());
    if (typeof change.menu === 'string')
      this.#whenDrawn('.menu:not([hidden]) button', (item) => item.focus());
  }

  /**
   * @param {string} selector
   * @param {(part: HTMLInputElement) => void} use
   */
  async #whenDrawn(selector, use) {
    await this.updateComplete;
    const part = this.renderRoot.querySelector(selector);
    if (part) use(/** @type {HTMLInputElement} */ (part));
  }

  /** @param {'ready' | 'statechange' | 'complete'} name */
  #tell(name) {
    const { phase, quorum, run } = this.lab;
    const detail = {
      phase,
      ...quorum,
      position: run?.status.position,
      now_us: run?.status.now_us,
      trace_sha256: run?.hash?.trace_sha256,
    };
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }
}

/** Once only: a page may load the script twice. */
export function defineQuorumPlayground() {
  if (!customElements.get('quorum-playground')) customElements.define('quorum-playground', QuorumPlayground);
}
