// <then-question question="…">: a question that is put down before the chapter and answered by the engine after it. What
// was chosen is kept, and nothing is run. Otherwise it is used like <sim-question>.
import { html, nothing } from 'lit';
import { keepThen, recallThen } from './kept-answers.js';
import { SimQuestion } from './sim-question.js';

/** @import { Answer } from './kept-answers.js' */

export class ThenQuestion extends SimQuestion {
  static properties = { ...SimQuestion.properties, kept: { state: true } };

  constructor() {
    super();
    /** @type {Answer | null} */
    this.kept = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.kept = recallThen(this.question);
    if (this.kept && 'choice' in this.kept) this.press(this.kept.choice);
    if (this.kept && 'step' in this.kept) this.mark(this.kept.step);
  }

  /** @param {number} choice */
  async choose(choice) {
    this.press(choice);
    this.#keep({ choice });
  }

  /** @param {number} step of the line */
  async chooseMark(step) {
    this.press(null);
    this.#keep({ step });
  }

  /** @param {Answer} answer */
  #keep(answer) {
    keepThen(this.question, answer);
    this.kept = answer;
  }

  render() {
    return html`<p class="hush" role="status">${this.kept ? 'Put down. You will be asked again at the end.' : nothing}</p>`;
  }
}
