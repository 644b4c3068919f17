// Another run takes the stage for a while, and the reader's own waits to be taken up again where it was left.

/** @import { Data, PromiseId, Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */

/**
 * A run as it must be remembered to come back to it.
 * @typedef {{scenario: Scenario, position: number, challenge: Lab['challenge'], tale: Pick<Lab['tale'], 'story' | 'mended'>,
 *   lab: Pick<Lab, 'key' | 'phase' | 'guess' | 'before' | 'fromLink' | 'linkNote' | 'trials' | 'seed'>}} Kept
 */

/**
 * A run that the engine found: what it breaks, with which luck, by which calls, when the last of them is told, and how
 * many calls it has.
 * @typedef {object} Found
 * @property {PromiseId} promise
 * @property {number} seed
 * @property {boolean} small  whatever the fault does not need was taken away
 * @property {number[]} ops
 * @property {Data} key
 * @property {number} position
 * @property {number} writes
 * @property {number} reads
 * @property {{words: string, from: {scenario: Scenario, found: Found | null}}} [with]  no fault, but another's run with one switch
 */

export class Detour {
  /** What was found and is on the stage. @type {Found | null} */
  found = null;
  /** @type {Kept | null} */
  #back = null;

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
  }

  /**
   * A run that the engine found comes on the stage, where it goes wrong.
   * @param {Scenario} scenario
   * @param {Found} found
   */
  async visit(scenario, found) {
    const { lab } = this;
    const back = this.#back ?? (await this.keep());
    lab.key = found.key;
    await lab.show(scenario, { position: found.position });
    lab.assignment.end();
    lab.tale.end();
    lab.trials = lab.trialsIn(scenario);
    lab.before = lab.quorum;
    this.found = found;
    this.#back = back;
    lab.turn('freed');
    await lab.judge();
    lab.around.say(
      found.with
        ? `The same run with ${found.with.words} is on the stage. You can return to your own.`
        : 'A run that breaks it is on the stage. You can return to your own.',
    );
    lab.around.focus(found.with ? '.task-text' : '.broken-promise p');
  }

  /** To the reader's own run. */
  async comeBack() {
    const back = this.#back;
    if (back) await this.lab.guard(() => this.restore(back));
  }

  end() {
    this.found = null;
    this.#back = null;
  }

  /** @returns {Promise<Kept | null>} null when there is no run yet */
  async keep() {
    const { run, challenge, key, phase, guess, before, fromLink, linkNote, trials, seed } = this.lab;
    if (!run) return null;
    return {
      scenario: await run.scenario(),
      position: run.status.position,
      challenge,
      tale: { story: this.lab.tale.story, mended: this.lab.tale.mended },
      lab: { key, phase, guess, before, fromLink, linkNote, trials, seed },
    };
  }

  /** @param {Kept} kept */
  async restore(kept) {
    const { lab } = this;
    await lab.show(kept.scenario, { position: kept.position });
    this.end();
    lab.assignment.end();
    lab.tale.end();
    Object.assign(lab, kept.lab);
    lab.assignment.challenge = kept.challenge;
    Object.assign(lab.tale, kept.tale);
    lab.judge();
    lab.around.say('Your own run is back.');
    lab.around.focus('.task-text');
    lab.around.draw();
  }
}
