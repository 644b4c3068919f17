// What the lab measures with many lucks, and how that is shown: the hundred dots, their price, the curve.
import { overlaps } from '../../web/figures/overlap.js';
import { sameQuorum } from './scenario.js';
import { luckCount } from './trials.js';

/** @import { Lab } from './lab.js' */
/** @import { Trials } from './trials.js' */

/** How long the hundred dots take to fill in. */
const revealMs = 1600;

export class Measuring {
  /** How many of the hundred dots are shown. */
  revealed = 0;

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
  }

  /** A hundred lucks, shown one after the other; then many more, for the price. @param {Trials} trials */
  async lucks(trials) {
    const { lab } = this;
    const { quorum } = lab;
    this.revealed = 0;
    const lucks = await trials.run('lucks', quorum);
    if (!lucks) return;
    await this.#reveal();
    if (!sameQuorum(quorum, lab.quorum)) return;
    lab.turn(lucks.stale[0] === 0 && overlaps(quorum) ? 'none' : 'tooMany');
    lab.around.say(`Of ${luckCount} lucks, ${lucks.fresh[0]} reads were fresh and ${lucks.stale[0]} stale.`);
    if (await trials.run('price', lab.before)) await trials.run('price', quorum);
  }

  /** The share of stale reads by the age of the write: for the first setting, then for this one. @param {Trials} trials */
  async curve(trials) {
    const { lab } = this;
    const { quorum, before } = lab;
    const now = (await trials.run('curve', before)) && (await trials.run('curve', quorum));
    if (!now) return lab.turn('cancelled');
    if (lab.phase !== 'later') return;
    lab.turn('curveDone');
    lab.around.tell('complete');
  }

  /** The dots fill in one after the other; with reduced motion all at once. */
  #reveal() {
    const { around, clock, run } = this.lab;
    let startMs = -1;
    return new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
      /** @param {number} ms */
      const frame = (ms) => {
        if (startMs < 0) startMs = ms;
        const part = around.still() ? 1 : Math.min(1, (ms - startMs) / revealMs);
        this.revealed = Math.floor(part * luckCount);
        around.draw();
        if (part < 1 && this.lab.run === run) clock.request(frame);
        else resolve();
      };
      clock.request(frame);
    });
  }
}
