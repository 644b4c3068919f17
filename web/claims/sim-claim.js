// <sim-claim claim="…">: a sentence with a number in it. The page arrives with the sentence inside; the element adds a
// thin mark in the margin, and behind the mark what was run, where it stands in print, and the run again with other
// seeds. Nothing is fetched before the reader opens it, and no engine before the reader asks for a run.
//
//            mark: press, pointer at rest                   run it again
//   closed ◀────────────────────────────▶ open: resting ◀───────────────▶ running
//            Escape, elsewhere                             done, stop, problem
//
// Focus alone only marks the sentence, so that tabbing through a text covers none of it.
import { LitElement, nothing } from 'lit';
import { OneJob } from '../engine/one-job.js';
import { pageEngine } from '../engine/page-engine.js';
import { Announcer } from '../ui/announcer.js';
import { claimMark, claimPanel, verdictSentence } from './claim-view.js';
import { claimFile } from './definitions.js';
import { runsOf } from './shown.js';

/** @import { ClaimReport } from '../engine/engine.d.ts' */
/** @import { ClaimFile } from './definitions.js' */
/** @import { Rerun } from './claim-view.js' */

/** A pointer that only passes over the mark opens nothing. */
const restMs = 200;

/** Time to cross from the mark to the panel. */
const graceMs = 300;

export class SimClaim extends LitElement {
  static properties = {
    claim: { type: String },
    open: { type: Boolean, reflect: true },
    file: { state: true },
    problem: { state: true },
    progress: { state: true },
    reruns: { state: true },
  };

  /** At most one stands open. @type {SimClaim | null} */
  static shown = null;

  constructor() {
    super();
    this.claim = '';
    this.open = false;
    /** @type {ClaimFile | null} */
    this.file = null;
    this.problem = '';
    /** The share that is done while it runs. @type {number | null} */
    this.progress = null;
    /** @type {Rerun[]} */
    this.reruns = [];
    /** Opened by a press: it does not close by itself. */
    this.pinned = false;
    this.announcer = new Announcer(() => this.requestUpdate());
    /** @type {OneJob} */
    this.job = new OneJob(() => {
      const { progress } = this.job;
      this.progress = progress && progress.done / progress.total;
    });
    /** The timer of what the pointer has begun: to open, or to close. */
    this.pending = 0;
  }

  /** Light DOM, behind the sentence. */
  createRenderRoot() {
    return this.appendChild(document.createElement('span'));
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener('pointerenter', this.stay);
    this.addEventListener('pointerleave', this.leaveSoon);
    this.addEventListener('focusout', this.onFocusOut);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.job.stop();
    this.hide();
  }

  show() {
    if (this.open) return;
    SimClaim.shown?.hide();
    SimClaim.shown = this;
    this.open = true;
    document.addEventListener('keydown', this.onKey);
    document.addEventListener('pointerdown', this.onElsewhere);
    if (this.file) return;
    this.problem = '';
    claimFile(this.claim).then(
      (file) => {
        this.file = file;
      },
      (error) => {
        this.problem = error.message;
      },
    );
  }

  hide() {
    clearTimeout(this.pending);
    this.open = false;
    this.pinned = false;
    if (SimClaim.shown === this) SimClaim.shown = null;
    document.removeEventListener('keydown', this.onKey);
    document.removeEventListener('pointerdown', this.onElsewhere);
  }

  /** @param {PointerEvent} event on the mark */
  hover = (event) => {
    if (isMouse(event)) this.pending = window.setTimeout(() => this.show(), restMs);
  };

  press = () => {
    clearTimeout(this.pending);
    if (this.open && this.pinned) return this.hide();
    this.pinned = true;
    if (this.open) this.requestUpdate();
    else this.show();
  };

  stay = () => clearTimeout(this.pending);

  /** A finger leaves with every tap. @param {PointerEvent} event */
  leaveSoon = (event) => {
    clearTimeout(this.pending);
    if (isMouse(event) && !this.#isHeld()) this.pending = window.setTimeout(() => this.hide(), graceMs);
  };

  onFocusOut = (/** @type {FocusEvent} */ event) => {
    const inside = event.relatedTarget instanceof Node && this.contains(event.relatedTarget);
    if (!inside && event.relatedTarget && this.progress === null) this.hide();
  };

  onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape') return;
    if (this.contains(document.activeElement)) this.#mark?.focus();
    this.hide();
  };

  onElsewhere = (/** @type {PointerEvent} */ event) => {
    if (!this.contains(/** @type {Node} */ (event.target))) this.hide();
  };

  get #mark() {
    return /** @type {HTMLElement | null} */ (this.querySelector('.claim-mark'));
  }

  #isHeld() {
    return this.pinned || this.progress !== null || this.contains(document.activeElement);
  }

  /** The same experiment with seeds that nobody has tried here yet. */
  async again() {
    const { file } = this;
    if (!file || this.job.isRunning) return;
    this.problem = '';
    const { claim } = file;
    const offset = runsOf(claim.experiment) * (this.reruns.length + 1);
    try {
      const report = await this.job.run({ done: 0, total: 1 }, (signal, onProgress) =>
        pageEngine().runJob({ job: 'claim', claim, seed_offset: offset }, { signal, onProgress }),
      );
      if (report) this.#tell(report, offset);
    } catch (error) {
      this.#fail(/** @type {Error} */ (error).message);
    }
  }

  stop() {
    this.job.stop();
    this.announcer.say('Stopped.');
  }

  /** @param {ClaimReport} report @param {number} offset */
  #tell({ measured, stands }, offset) {
    if (!this.file) return;
    const rerun = { offset, measured, stands: Boolean(stands) };
    this.reruns = [...this.reruns, rerun];
    this.announcer.say(verdictSentence(this.file.claim, rerun));
  }

  /** @param {string} message */
  #fail(message) {
    this.problem = message;
    this.announcer.say(message);
  }

  /** Opened by a press, all of it is to be seen: on a small screen its end would lie below. */
  updated() {
    if (!this.open || !this.pinned) return;
    this.querySelector('.claim-panel')?.scrollIntoView({ block: 'nearest' });
  }

  /** The number in the sentence, or the sentence where it has none. */
  get #stated() {
    const said = this.querySelector('.claim-sentence');
    return (said?.querySelector('data') ?? said)?.textContent ?? '';
  }

  render() {
    const wrong = this.querySelector('.not-so') !== null;
    return [
      claimMark({ id: this.claim, wrong, stated: this.#stated, open: this.open }, this),
      this.open ? claimPanel(this, this) : nothing,
      this.announcer.render(),
    ];
  }
}

/** @param {PointerEvent} event */
function isMouse({ pointerType }) {
  return pointerType === 'mouse';
}
