// <sim-figure name="…">: one of the chapter's figures, in light DOM. The page arrives with a still picture inside;
// the element replaces it by the running figure when it comes near the screen, and only then asks for the figure's
// module (registry.js) and the engine.
//
//            near the screen            engine is there
//   still ─────────────────▶ starting ─────────────────▶ ready ◀──────▶ paused
//                               │  ▲                       │    on / off screen
//                               ▼  │ from the beginning    │
//                             failed ◀─────────────────────┘
import { LitElement } from 'lit';
import { decodeLink, versionNote } from '../engine/link.js';
import { pageEngine } from '../engine/page-engine.js';
import { preparePageStatus, sayOnPage } from '../ui/page-status.js';
import { addressWith, readFragment } from './fragment.js';
import { frame, problemBox } from './frame.js';
import { loadFigure } from './registry.js';

/** @import { Link } from '../engine/link.js' */

/**
 * What the element asks of a figure. A figure holds its state, runs the engine and draws itself; it calls `changed`
 * when there is something new to see.
 * @typedef {object} Figure
 * @property {(engine: any, link: Link | null, opened: URLSearchParams | null) => Promise<void>} start fresh, or as a link says
 * @property {() => Promise<void>} reset
 * @property {() => Promise<Record<string, string>>} link what a link has to hold
 * @property {() => import('./frame.js').Frame} view
 * @property {() => void} [pause]
 * @property {() => void} [resume]
 * @property {() => void} [stop]
 * @property {() => void} [cancel] ends at once what a reset should not wait for
 */

/**
 * What a figure is given.
 * @typedef {object} FigureHost
 * @property {() => void} changed draw again
 * @property {(task: () => Promise<void>) => void} run one task after the other; a failure is shown
 */

export class SimFigure extends LitElement {
  static properties = {
    name: { type: String },
    state: { type: String, reflect: true },
    twinOpen: { state: true },
    copied: { state: true },
    problem: { state: true },
    note: { state: true },
    again: { state: true },
  };

  constructor() {
    super();
    this.name = '';
    /** @type {'still' | 'starting' | 'ready' | 'paused' | 'failed'} */
    this.state = 'still';
    this.twinOpen = false;
    this.copied = '';
    this.problem = '';
    /** What the reader must know of the link. */
    this.note = '';
    this.again = false;
    this.near = false;
    /** @type {Figure | null} */
    this.figure = null;
    /** @type {{figure: Figure | null} | null} the start that counts; its figure is there once its module is */
    this.wanted = null;
    /** @type {Promise<void>} the end of the queue of tasks */
    this.queue = Promise.resolve();
    /** @type {IntersectionObserver | null} */
    this.observer = null;
    this.openLink = () => {
      const opened = readFragment(this.name);
      if (!opened) return;
      this.reveal();
      this.start(opened);
      // Whoever pressed a link in the text goes on in the figure.
      this.run(async () => {
        await this.updateComplete;
        /** @type {HTMLElement | null} */ (this.querySelector('.look'))?.focus({ preventScroll: true });
      });
    };
  }

  /**
   * A still figure has nothing to focus: whoever walks by keyboard would pass it by, so it starts at the first Tab; in a
   * closed fold it waits.
   */
  onTab = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Tab' || this.state !== 'still' || this.closest('details:not([open])')) return;
    this.start(readFragment(this.name));
  };

  /** Once it is used, the figure is no longer what a link in the address says. */
  onUse = (/** @type {Event} */ event) => {
    const used = event.target instanceof Element && event.target.closest('button, input, select');
    if (!used || used.closest('.tools, .copy-by-hand')) return;
    if (event instanceof KeyboardEvent && !event.key.startsWith('Arrow')) return;
    this.again = false;
    this.forgetLink();
  };

  forgetLink() {
    if (readFragment(this.name)) history.replaceState(null, '', location.pathname + location.search);
  }

  /** Light DOM, so that the page's style sheet dresses the figure; its place is behind the still picture. */
  createRenderRoot() {
    return this.appendChild(document.createElement('div'));
  }

  connectedCallback() {
    super.connectedCallback();
    this.observer = new IntersectionObserver(
      (entries) => this.seen(entries[entries.length - 1].isIntersecting),
      {
        rootMargin: '200px',
      },
    );
    this.observer.observe(this);
    for (const kind of ['click', 'input', 'keydown']) this.addEventListener(kind, this.onUse);
    window.addEventListener('hashchange', this.openLink);
    window.addEventListener('keydown', this.onTab);
    if (readFragment(this.name)) this.reveal();
  }

  /** It may stand in a fold that is closed. */
  reveal() {
    this.closest('details')?.setAttribute('open', '');
    this.scrollIntoView({ block: 'start' });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.observer?.disconnect();
    window.removeEventListener('hashchange', this.openLink);
    window.removeEventListener('keydown', this.onTab);
    this.stop();
    this.state = 'still';
  }

  stop() {
    this.figure?.stop?.();
    this.figure = null;
    this.wanted = null;
  }

  /** @param {boolean} near */
  seen(near) {
    this.near = near;
    if (near && this.state === 'still') this.start(readFragment(this.name));
    else this.rest();
  }

  /** Away from the screen it pauses, near the screen it goes on. */
  rest() {
    if (this.near && this.state === 'paused') {
      this.state = 'ready';
      this.figure?.resume?.();
    } else if (!this.near && this.state === 'ready') {
      this.state = 'paused';
      this.figure?.pause?.();
    }
  }

  /** @param {URLSearchParams | null} opened what a link says, or null for the figure's own beginning */
  start(opened) {
    this.stop();
    const wanted = { figure: /** @type {Figure | null} */ (null) };
    this.wanted = wanted;
    this.state = 'starting';
    this.run(async () => {
      const Kind = await loadFigure(this.name);
      if (this.wanted !== wanted) return;
      const figure = new Kind({
        changed: () => this.requestUpdate(),
        run: (task) => this.run(task),
      });
      wanted.figure = figure;
      const engine = pageEngine();
      const run = opened?.get('run');
      const link = run ? decodeLink(run) : null;
      await figure.start(engine, link, opened);
      const note = link ? await versionNote(link, engine) : '';
      // Taken off the page, or started anew, in the meantime.
      if (this.wanted !== wanted) return figure.stop?.();
      this.figure = figure;
      this.note = note;
      this.state = 'ready';
      this.dispatchEvent(new CustomEvent('ready', { bubbles: true, composed: true }));
      this.rest();
    });
  }

  /** @param {() => Promise<void>} task */
  run(task) {
    const news = this.queue.then(() => {
      this.problem = '';
      return task();
    });
    this.queue = news.catch((error) => {
      this.problem = error instanceof Error ? error.message : String(error);
      if (this.state === 'starting') this.state = 'failed';
    });
  }

  async copyLink() {
    if (!this.figure) return;
    const address = addressWith(this.name, await this.figure.link());
    history.replaceState(null, '', address);
    try {
      await navigator.clipboard.writeText(address);
      this.copied = 'copied';
      sayOnPage('The link was copied.');
      setTimeout(() => {
        if (this.copied === 'copied') this.copied = '';
      }, 3000);
    } catch {
      this.copied = address;
      await this.updateComplete;
      /** @type {HTMLInputElement | null} */ (this.querySelector('.copy-by-hand input'))?.focus();
    }
  }

  /** What a reset has changed may be above the screen: the figure's first line says it, and has the focus, so that it is read aloud. */
  async #begunAgain() {
    this.again = true;
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector('.look'))?.focus({ preventScroll: true });
    if (this.getBoundingClientRect().top < 0) this.scrollIntoView({ block: 'start' });
  }

  /** The still picture stays until there is something better. */
  shouldUpdate() {
    return this.figure !== null || this.state === 'failed';
  }

  willUpdate() {
    if (this.figure) this.querySelector(':scope > figure')?.remove();
  }

  firstUpdated() {
    preparePageStatus();
  }

  render() {
    if (!this.figure) return problemBox({ problem: this.problem, retry: () => this.start(null) });
    return frame(this.figure.view(), {
      live: true,
      twinOpen: this.twinOpen,
      copied: this.copied,
      problem: this.problem,
      note: this.note,
      again: this.again,
      reset: () => {
        this.figure?.cancel?.();
        this.run(async () => {
          this.copied = '';
          this.note = '';
          this.forgetLink();
          await this.figure?.reset();
          await this.#begunAgain();
        });
      },
      copyLink: () => this.run(() => this.copyLink()),
      toggleTwin: () => {
        this.twinOpen = !this.twinOpen;
        // Of the two buttons that close it, one stays.
        if (!this.twinOpen)
          /** @type {HTMLElement | null} */ (this.querySelector('figcaption [aria-expanded]'))?.focus();
      },
      retry: () => this.start(null),
    });
  }
}
