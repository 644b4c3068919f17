// <sim-question question="…">: a question asked before its answer can be seen. The page arrives with the prompt and the
// options, or a line to mark; the element makes them usable. Whatever is chosen, the engine runs what that option expects
// and decides: a wrong one is refuted by its own run. A mark is the option that expects its number, and its distance from
// what was measured is shown. It is no gate: nothing waits for an answer.
import { LitElement } from 'lit';
import { pageEngine } from '../engine/page-engine.js';
import { questionFile } from './definitions.js';
import { formatMark, optionAt, rightOption, valueAt } from './mark.js';
import { told } from './question-view.js';

/** @import { Claim } from '../engine/engine.d.ts' */
/** @import { Line, Question } from './definitions.js' */
/** @import { Told } from './question-view.js' */

/** What "not sure" is, among the options' numbers. */
const unsure = -1;

export class SimQuestion extends LitElement {
  static properties = {
    question: { type: String },
    seedOffset: { type: Number, attribute: 'seed-offset' },
    told: { state: true },
    running: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.question = '';
    /** Added to every seed: a question that is asked again has other luck. */
    this.seedOffset = 0;
    /** @type {Told | null} */
    this.told = null;
    this.problem = '';
    /** @type {AbortController | null} */
    this.running = null;
    /** What each option's run has measured. @type {Map<number, {measured: number | null, holds: boolean}>} */
    this.known = new Map();
  }

  /** Light DOM: the answer stands in the place that the page has for it. */
  createRenderRoot() {
    return /** @type {HTMLElement} */ (this.querySelector('.told') ?? this);
  }

  connectedCallback() {
    super.connectedCallback();
    for (const button of this.#buttons) {
      button.disabled = false;
      button.onclick = () => this.choose(Number(button.dataset.option));
    }
    this.#enableLine();
  }

  /** A press on the line, Enter, and the button beside it are the guess; the arrows only move the mark. */
  #enableLine() {
    const line = this.#line;
    const button = /** @type {HTMLButtonElement | null} */ (this.querySelector('[data-guess]'));
    if (!line || !button) return;
    line.disabled = false;
    button.disabled = false;
    const isMarked = () => button.getAttribute('aria-disabled') !== 'true';
    const marked = () => this.mark(line.valueAsNumber);
    const guess = () => this.chooseMark(line.valueAsNumber);
    // Beside it stands what is still to be done; there it is done.
    button.onclick = () => (isMarked() ? guess() : line.focus());
    line.onclick = () => {
      marked();
      guess();
    };
    line.oninput = () => {
      marked();
      // What was told was about another mark.
      this.running?.abort();
      this.running = null;
      this.told = null;
    };
    line.onkeydown = ({ key }) => {
      if (key === 'Enter' && isMarked()) guess();
    };
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.running?.abort();
  }

  get #buttons() {
    return /** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll('[data-option]'));
  }

  get #line() {
    return /** @type {HTMLInputElement | null} */ (this.querySelector('.dial input'));
  }

  /** Puts the mark there: where nobody has put it, the thumb is none. @param {number} step of the line */
  mark(step) {
    const line = this.#line;
    if (!line) return;
    line.valueAsNumber = step;
    line.classList.remove('unset');
    this.querySelector('[data-guess]')?.removeAttribute('aria-disabled');
    this.#showMark(step);
  }

  /** The mark's number beside the line, as soon as it is known how such numbers are written. @param {number} step */
  async #showMark(step) {
    const question = await questionFile(this.question).catch(() => null);
    const line = this.#line;
    const output = this.querySelector('.marked');
    if (!question?.line || !line || !output || line.valueAsNumber !== step) return;
    const number = formatMark(question.show, question.line, valueAt(question.line, step));
    line.setAttribute('aria-valuetext', number);
    output.textContent = number;
  }

  /** @param {number} step of the line */
  chooseMark(step) {
    return this.#answer(null, (question) => {
      const mark = valueAt(/** @type {Line} */ (question.line), step);
      return { at: optionAt(question, mark), sure: true, mark };
    });
  }

  /** Shows which button is chosen. @param {number | null} choice */
  press(choice) {
    for (const button of this.#buttons)
      button.setAttribute('aria-pressed', String(Number(button.dataset.option) === choice));
  }

  /** @param {number} choice */
  choose(choice) {
    const sure = choice !== unsure;
    return this.#answer(choice, (question) => ({ at: sure ? choice : rightOption(question), sure }));
  }

  /**
   * @param {number | null} pressed of the buttons
   * @param {(question: Question) => {at: number, sure: boolean, mark?: number}} pick
   */
  async #answer(pressed, pick) {
    this.press(pressed);
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.problem = '';
    this.told = null;
    try {
      const question = await questionFile(this.question);
      const picked = pick(question);
      const report = this.known.get(picked.at) ?? (await this.#run(question, picked.at, running.signal));
      if (this.running !== running) return;
      this.known.set(picked.at, report);
      this.told = { question, ...picked, ...report };
      this.dispatchEvent(new CustomEvent('answered', { bubbles: true, detail: this.told }));
    } catch (error) {
      if (this.running !== running || running.signal.aborted) return;
      this.problem = /** @type {Error} */ (error).message;
    } finally {
      if (this.running === running) this.running = null;
    }
  }

  /**
   * An option is a claim: what it expects of its experiment.
   * @param {Question} question
   * @param {number} at
   * @param {AbortSignal} signal
   */
  async #run(question, at, signal) {
    const option = question.options[at];
    const claim = /** @type {Claim} */ ({
      id: question.id,
      sentence: option.text,
      experiment: option.experiment ?? question.experiment,
      measure: option.measure ?? question.measure,
      expect: option.expect,
      source: question.source,
    });
    const { measured, holds } = await pageEngine().runJob(
      { job: 'claim', claim, seed_offset: this.seedOffset },
      { signal },
    );
    return { measured, holds: Boolean(holds) };
  }

  render() {
    return told(this);
  }
}
