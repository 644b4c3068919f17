// The story that is on, if one is: how a store with W + R > N misleads a client after all, and the switch that mends it.
// The stories themselves are loaded when one is wanted.

/** @import { Action, Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Kept } from './detour.js' */
/** @import { Lab } from './lab.js' */
/** @import { Story } from './story-list.js' */

/** Viewing time of one event. */
const eachMs = 420;

export class Tale {
  /** @type {Story | null} */
  story = null;
  /** Which of its remedies is on the stage; -1: none. */
  mended = -1;
  /** The task is to choose one. */
  choosing = false;
  /** Whether W + R > N is safe, as the reader thinks. @type {string | null} */
  guess = null;
  /** Those that were seen to go wrong in this visit. @type {Set<string>} */
  seen = new Set();
  /** The run before it. @type {Kept | null} */
  #back = null;
  /** The call whose answer is the moment, by its place in the list of actions. */
  #moment = -1;

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
  }

  /** What is lit while it is on: see story.js. */
  get lit() {
    return {
      transport: true,
      diagram: true,
      lucks: false,
      quorum: false,
      price: false,
      curve: false,
      hands: false,
      doors: false,
    };
  }

  /** The answer that it is about has been told. */
  get isTold() {
    return (this.lab.run?.operationOf(this.#moment)?.outcome ?? 'open') !== 'open';
  }

  /** Shows which there are. */
  choose() {
    const { lab } = this;
    return lab.guard(async () => {
      await lab.part('stories');
      lab.player.pause();
      lab.assignment.choosing = false;
      this.choosing = true;
      lab.around.draw();
      lab.around.focus('.task-text');
    });
  }

  /** @param {string} answer */
  say(answer) {
    this.guess = answer;
    this.lab.around.draw();
    this.lab.around.focus('.task-text');
  }

  stopChoosing() {
    this.choosing = false;
    this.lab.around.draw();
    this.lab.around.focus('.task-text');
  }

  /**
   * @param {string} id
   * @param {number} [mended] with which of its remedies
   * @returns {Promise<void>}
   */
  open(id, mended = -1) {
    const { lab } = this;
    return lab.guard(async () => {
      const { canShow, storyNamed, scenarioOf } = await lab.part('stories');
      const story = storyNamed(id);
      if (!story) throw new Error(`There is no story “${id}” here.`);
      if (!canShow(story, lab.engine)) {
        throw new Error(
          'This story needs machines that heal themselves, which a lab in another page does not carry. It can be seen in the lab on the chapter’s own site.',
        );
      }
      const scenario = scenarioOf(story, mended);
      const back = this.#back ?? (await lab.detour.keep());
      await lab.show(scenario, {});
      await lab.run?.step({ untilUs: Math.max(0, 1000 * story.from_ms - 1) });
      lab.player.sync();
      lab.detour.end();
      lab.assignment.end();
      Object.assign(this, { story, mended, choosing: false });
      this.#back = back;
      this.#moment = momentOf(scenario);
      lab.trials = lab.trialsIn(scenario);
      lab.fromLink = false;
      lab.linkNote = '';
      lab.before = lab.quorum;
      lab.turn('freed');
      lab.around.say(`${story.title}. ${mended < 0 ? story.before : story.mended[mended].switch}`);
      lab.around.focus('.task-text');
    });
  }

  /** On to the moment at which it goes wrong, or does not. */
  play() {
    const { lab } = this;
    lab.player.play({
      eachMs,
      stopWhen: () => this.isTold,
    });
  }

  /** What has come to rest has been seen. */
  look() {
    if (this.story && this.isTold && this.mended < 0) this.seen.add(this.story.id);
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
    this.story = null;
    this.mended = -1;
    this.choosing = false;
    this.#back = null;
  }
}

/** The last read of x. @param {Scenario} scenario */
function momentOf(scenario) {
  const actions = /** @type {Action[]} */ (scenario.actions ?? []);
  return actions.map(({ do: verb, key }) => verb === 'get' && key === 'x').lastIndexOf(true);
}
