// What the engine says of the run on the stage: which promises were broken, and why. It is asked when the run stands
// still, and only when other calls have been answered since; a picture is never drawn from an answer about another place.
// Loaded when there is something to judge.
import { Hunt } from './hunt.js';
import { Prevention } from './prevention.js';
import { Why } from './why.js';

/** @import { PromiseId, Verdict } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Run } from './run.js' */

export { visitBar } from './hunt-view.js';
export { brokenFirst, brokenPromise, promises } from './promise-rows.js';

export class Judging {
  /** What it is being asked about, or was last. */
  #about = '';
  /** The question under way, or the last one. @type {Promise<void>} */
  #asking = Promise.resolve();
  /** @type {Verdict | null} */
  #verdict = null;
  /** The open explanation. @type {Why | null} */
  why = null;
  /** The scenario that the verdict is about, with every action so far. */
  subject = '';

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
    this.hunt = new Hunt(lab);
    this.prevention = new Prevention(lab);
  }

  /** The verdict on what is on the stage; null while there is none yet. */
  get verdict() {
    return this.lab.run && this.#about === this.lab.run.judgedBy ? this.#verdict : null;
  }

  /** Asks, unless the answer is known. */
  look() {
    const { run } = this.lab;
    if (run && run.judgedBy !== this.#about) this.#asking = this.#ask(run);
    return this.#asking;
  }

  /** @param {Run} run */
  async #ask(run) {
    const about = run.judgedBy;
    this.#about = about;
    this.#verdict = null;
    const [verdict, scenario] = await Promise.all([run.session.view('verdict'), run.scenario()]);
    if (this.#about !== about) return;
    this.subject = JSON.stringify(scenario);
    // The run may have gone on meanwhile: then the answer is about a later place, and the next look asks again.
    if (verdict.position === run.status.position) this.#verdict = verdict;
    else this.#about = '';
    this.lab.around.draw();
  }

  /** Opens the explanation of a broken promise, or closes it. @param {PromiseId} promise */
  toggle(promise) {
    const { run } = this.lab;
    const { verdict } = this;
    if (!run || !verdict) return;
    this.why = this.why?.promise === promise ? null : new Why(verdict, promise, run.operations);
    if (this.why) this.#sayOrder(this.why);
    this.lab.around.draw();
    this.lab.around.focus(this.why ? '.why h2' : '.broken-promise .btn');
  }

  /** @param {number} step */
  showOrder(step) {
    const { why } = this;
    if (!why || step < 0 || step >= why.tried.length) return;
    why.step = step;
    this.#sayOrder(why);
    this.lab.around.draw();
  }

  stopExplaining() {
    this.why = null;
    this.lab.around.draw();
    this.lab.around.focus('.broken-promise .btn, .all-promises');
  }

  /** @param {Why} why */
  #sayOrder({ explained, step, tried }) {
    if (!explained) return;
    const { placed, misfits } = explained;
    const count = tried.length > 1 ? `Order ${step + 1} of ${tried.length}. ` : '';
    this.lab.around.say(count + [...placed, ...misfits.map(({ text }) => text)].join(' '));
  }

  /** Another run is on the stage. */
  forget() {
    this.#about = '';
    this.#verdict = null;
    this.subject = '';
    this.why = null;
  }
}
