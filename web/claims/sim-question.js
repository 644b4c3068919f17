// <sim-question question="…">: a question asked before its answer can be seen. The page arrives with the prompt and the
// options; the element makes them pressable. Whatever is chosen, the engine runs what that option expects and decides:
// a wrong one is refuted by its own run. It is no gate: nothing waits for an answer.
import { LitElement } from 'lit';
import { pageEngine } from '../engine/page-engine.js';
import { Announcer } from '../ui/announcer.js';
import { questionFile } from './definitions.js';
import { told, toldSentence } from './question-view.js';

/** @import { Claim } from '../engine/engine.d.ts' */
/** @import { Question } from './definitions.js' */
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
    this.announcer = new Announcer(() => this.requestUpdate());
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
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.running?.abort();
  }

  get #buttons() {
    return /** @type {NodeListOf<HTMLButtonElement>} */ (this.querySelectorAll('[data-option]'));
  }

  /** @param {number} choice */
  async choose(choice) {
    for (const button of this.#buttons)
      button.setAttribute('aria-pressed', String(Number(button.dataset.option) === choice));
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.problem = '';
    this.told = null;
    try {
      const question = await questionFile(this.question);
      const at = choice === unsure ? question.options.findIndex(({ right }) => right) : choice;
      const report = this.known.get(at) ?? (await this.#run(question, at, running.signal));
      if (this.running !== running) return;
      this.known.set(at, report);
      this.told = { question, at, sure: choice !== unsure, ...report };
      this.announcer.say(toldSentence(this.told));
    } catch (error) {
      if (this.running !== running || running.signal.aborted) return;
      this.problem = /** @type {Error} */ (error).message;
      this.announcer.say(this.problem);
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
    return [told(this), this.announcer.render()];
  }
}
