// The challenge that is on, if one is: chosen, begun, handed in by a link, left. The challenges themselves are loaded
// when one is wanted.

/** @import { Link } from '../../web/engine/link.js' */
/** @import { Scenario } from '../../web/engine/engine.d.ts' */
/** @import { ChallengeRun } from './challenge-run.js' */
/** @import { Kept } from './detour.js' */
/** @import { Lab } from './lab.js' */

export class Assignment {
  /** @type {ChallengeRun | null} */
  challenge = null;
  /** The task is to choose one. */
  choosing = false;
  /** Whose seed it takes; '' when nobody said. */
  student = '';
  /** The challenges whose goal was met in this visit. @type {Set<string>} */
  met = new Set();
  /** The run before it. @type {Kept | null} */
  #back = null;

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
  }

  /** Shows which there are. */
  choose() {
    return this.lab.guard(async () => {
      await this.lab.part('challenges');
      this.lab.player.pause();
      this.lab.tale.choosing = false;
      this.choosing = true;
      this.lab.around.draw();
      this.lab.around.focus('.task-text');
    });
  }

  stopChoosing() {
    this.choosing = false;
    this.lab.around.draw();
    this.lab.around.focus('.task-text');
  }

  /** From its beginning. @param {string} id */
  start(id) {
    const { lab } = this;
    return lab.guard(async () => {
      const { ChallengeRun } = await lab.part('challenges');
      const challenge = new ChallengeRun(lab, id);
      const back = this.challenge ? this.#back : await lab.detour.keep();
      const scenario = await challenge.startScenario();
      await lab.show(scenario, { until: (run) => run.stage.messages.length > 0 });
      this.#begin(challenge, scenario, back);
      lab.around.say(`${challenge.title}. ${challenge.text}`);
      lab.around.focus('.task-text');
    });
  }

  /**
   * The run that a link hands in.
   * @param {Link} link
   * @param {string} id
   * @returns {Promise<boolean>} false when there is no such challenge
   */
  async open(link, id) {
    const { lab } = this;
    const { ChallengeRun, challenges } = await lab.part('challenges');
    if (!challenges.some((one) => one.id === id)) return false;
    await lab.show(link.scenario, { position: link.position });
    const challenge = new ChallengeRun(lab, id);
    challenge.handedIn = true;
    this.#begin(challenge, link.scenario, null);
    return true;
  }

  /** Back to what was there before. */
  async leave() {
    const back = this.#back;
    if (back) await this.lab.guard(() => this.lab.detour.restore(back));
    else await this.lab.openStory();
    this.lab.around.focus('.task-text');
  }

  /** None is on any more. */
  end() {
    this.challenge?.stop();
    this.challenge = null;
    this.choosing = false;
    this.#back = null;
  }

  /**
   * @param {ChallengeRun} challenge
   * @param {Scenario} scenario
   * @param {Kept | null} back
   */
  #begin(challenge, scenario, back) {
    const { lab } = this;
    lab.detour.end();
    lab.tale.end();
    this.challenge?.stop();
    this.challenge = challenge;
    this.choosing = false;
    this.#back = back;
    lab.trials = lab.trialsIn(scenario);
    lab.fromLink = false;
    lab.linkNote = '';
    lab.before = lab.quorum;
    lab.turn('freed');
    lab.judge();
  }
}
