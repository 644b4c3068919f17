// The challenge that is on, if one is: chosen, begun, handed in by a link, left. The challenges themselves are loaded
// when one is wanted.

/** @import { SyncScenario } from '../../web/engine/engine.d.ts' */
/** @import { ChallengeRun } from './challenge-run.js' */
/** @import { Lab } from './lab.js' */
/** @import { Settings } from './settings.js' */

export class Assignment {
  /** @type {ChallengeRun | null} */
  challenge = null;
  /** The challenges, once they were loaded. @type {typeof import('./challenges.js') | null} */
  parts = null;
  /** Whose luck it takes; '' when nobody said. */
  student = '';
  /** The challenges whose goal was met in this visit. @type {Set<string>} */
  met = new Set();
  /** What was on the stage before it. @type {Settings | null} */
  #back = null;

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
  }

  async #load() {
    this.parts ??= await this.lab.around.challenges();
    return this.parts;
  }

  /** Shows which there are. */
  choose() {
    return this.#guard(async () => {
      await this.#load();
      this.lab.pause();
      this.lab.story.turn('choosing');
    });
  }

  /** What cannot be done is said, and the lab is as it was. @param {() => Promise<void>} act */
  async #guard(act) {
    try {
      await act();
    } catch (error) {
      this.end();
      await this.lab.playFreely();
      this.lab.problem = error instanceof Error ? error.message : String(error);
      this.lab.around.draw();
    }
  }

  stopChoosing() {
    this.lab.story.turn('free');
  }

  /** From its beginning. @param {string} id */
  start(id) {
    return this.#guard(async () => {
      const { ChallengeRun } = await this.#load();
      const challenge = new ChallengeRun(this.lab, id, this.student);
      const settings = await challenge.startSettings();
      const { title, text } = challenge.challenge;
      await this.#begin(challenge, settings);
      this.lab.around.say(`${title}. ${text}`);
      this.lab.around.reveal('.task-text');
    });
  }

  /**
   * What a link hands in.
   * @param {string} id
   * @param {SyncScenario} scenario
   */
  open(id, scenario) {
    return this.#guard(async () => {
      const { ChallengeRun } = await this.#load();
      const challenge = new ChallengeRun(this.lab, id, this.student);
      await this.#begin(challenge, await challenge.takeGiven(scenario));
    });
  }

  /** Back to what was there before. */
  async leave() {
    const { lab } = this;
    const { problem } = lab;
    this.end();
    if (this.#back) lab.settings = this.#back;
    this.#back = null;
    lab.story.turn('free');
    await lab.show();
    lab.problem ||= problem;
    lab.around.draw();
  }

  /** None is on any more. */
  end() {
    this.challenge?.stop();
    this.challenge = null;
  }

  /** @param {ChallengeRun} challenge @param {Settings} settings */
  async #begin(challenge, settings) {
    const { lab } = this;
    if (!this.challenge && lab.phase !== 'hand') this.#back = lab.settings;
    this.end();
    this.challenge = challenge;
    lab.hand.close();
    lab.fromLink = false;
    lab.settings = settings;
    lab.story.turn('challenge', false);
    await lab.show();
    // Stopped, or refused: the lab as it was.
    if (this.challenge === challenge && lab.shown?.settings !== settings) await this.leave();
  }
}
