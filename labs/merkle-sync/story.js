// The first minute: the reader is the protocol, then the same with a million keys, then what is sent for nothing.
import { handLeaves } from './hand.js';
import { million } from './settings.js';
import { plural } from './words.js';

/** @import { Lab } from './lab.js' */

/**
 * hand: tap to ask · found · showing, shown: how it is done · zoom: the question, zoomed: its answer · share: the
 * second question, shared: its answer, stretch: the same in one stretch of the ring · free · choosing a challenge,
 * challenge: one is on
 * @typedef {'hand' | 'found' | 'showing' | 'shown' | 'zoom' | 'zoomed' | 'share' | 'shared' | 'stretch' | 'free' | 'choosing' | 'challenge'} Phase
 */

/** One in a hundred of a million. */
export const sharedDiffer = Math.round(million / 100);
const sharedDepth = 15;
export const sharedLeaves = 2 ** sharedDepth;

const showMs = 900;

export class Story {
  /** @type {Phase} */
  phase = 'hand';
  /** What the reader used before somebody showed how. */
  usedFirst = 0;
  /** @type {string | null} */
  guess = null;
  /** Hashes with 16 and with 2 children, once they are known. @type {[number | null, number | null]} */
  zoomed = [null, null];
  /** @type {number | null} */
  guessedShare = null;
  /** What the slider says before the answer. */
  draftShare = 5;
  /** Keys sent, scattered and in one stretch. @type {[number | null, number | null]} */
  sent = [null, null];

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
  }

  async begin() {
    const { lab } = this;
    this.phase = 'hand';
    try {
      await lab.hand.open(lab.around.engine());
    } catch (error) {
      lab.problem = error instanceof Error ? error.message : String(error);
    }
    lab.around.draw();
  }

  async again() {
    this.lab.hand.again();
    Object.assign(this, { guess: null, guessedShare: null, zoomed: [null, null], sent: [null, null] });
    await this.begin();
    this.lab.around.focus('.task-text');
  }

  /** @param {number} level @param {number} index */
  async ask(level, index) {
    const { lab } = this;
    lab.hand.cursor = { level, index };
    lab.around.draw();
    if (this.phase !== 'hand') return;
    const answer = await lab.hand.ask(level, index);
    if (!answer) return;
    const { found, left, used } = lab.hand;
    lab.around.say(
      `${answer.differs ? 'It differs' : 'It is equal'}: ${found ? 'found' : `${left} of ${handLeaves} may still be the one`}.`,
    );
    if (found) {
      this.usedFirst = used;
      this.turn('found', false);
    }
    lab.around.draw();
  }

  async showHow() {
    const { lab } = this;
    lab.hand.again();
    this.turn('showing');
    while (this.phase === 'showing' && !lab.hand.found) {
      await lab.around.wait(showMs);
      if (this.phase !== 'showing') return;
      await lab.hand.askBest();
      lab.around.draw();
    }
    this.turn('shown');
  }

  askMillion() {
    this.turn('zoom');
  }

  /** @param {string} guess */
  async answerMillion(guess) {
    const { lab } = this;
    this.guess = guess;
    this.zoomed = [null, null];
    this.turn('zoomed');
    await lab.showMillion({ differ: 1, fanOut: 16, leafKeys: 1 }, true);
    if (this.phase !== 'zoomed') return;
    // Stopped, or refused: the question stands.
    if (lab.shown?.settings.keys !== million) return this.turn('zoom');
    const wide = lab.shown.run.report.hashes;
    const narrow = await lab.alsoRun({ fan_out: 2, leaf_keys: 1 }).catch(() => null);
    this.zoomed = [wide, narrow?.hashes ?? null];
    lab.around.draw();
  }

  askShare() {
    this.turn('share');
  }

  /** @param {number} percent */
  async answerShare(percent) {
    this.guessedShare = percent;
    this.sent = [null, null];
    this.turn('shared');
    this.sent = [await this.#shareSent(false), null];
    if (this.phase === 'shared' && this.sent[0] === null) return this.turn('share');
    this.lab.around.draw();
  }

  async stretch() {
    this.turn('stretch');
    this.sent = [this.sent[0], await this.#shareSent(true)];
    if (this.phase === 'stretch' && this.sent[1] === null) return this.turn('shared');
    this.lab.around.draw();
  }

  /** @param {boolean} clustered */
  async #shareSent(clustered) {
    const { lab } = this;
    await lab.showMillion({ differ: sharedDiffer, fanOut: 2, depth: sharedDepth, clustered }, true);
    return lab.shown?.settings.clustered === clustered && lab.shown.settings.differ === sharedDiffer
      ? lab.shown.run.report.keys_sent
      : null;
  }

  skip() {
    this.lab.cancel();
    return this.lab.playFreely().then(() => this.lab.around.focus('.task-text'));
  }

  /** The end of a run, in words for the live region. */
  verdictWords() {
    const { shown } = this.lab;
    if (!shown) return '';
    const { equal_after, keys_differing, keys_sent } = shown.run.again ?? shown.run.report;
    if (!equal_after) return 'The replicas do not agree yet.';
    return `Both replicas agree. ${plural(keys_differing, 'key')} differed, ${plural(keys_sent, 'key')} sent.`;
  }

  /** @param {Phase} phase @param {boolean} [focus] */
  turn(phase, focus = true) {
    this.phase = phase;
    this.lab.around.draw();
    if (focus) this.lab.around.focus('.task-text');
  }
}
