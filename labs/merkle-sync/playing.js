// Playing: one hop after the other for a while each; with reduced motion, one round after the other.
import { stepped } from './rounds.js';

/** @import { Lab } from './lab.js' */

/** One hop is in view for so long, and a whole run for no longer than this. */
const hopMs = 620;
const runMs = 14_000;

export class Playing {
  on = false;
  #turn = 0;

  /** @param {Lab} lab */
  constructor(lab) {
    this.lab = lab;
  }

  pause() {
    this.#turn++;
    this.on = false;
    this.lab.around.draw();
  }

  async play() {
    const { lab } = this;
    const turn = ++this.#turn;
    this.on = true;
    if (lab.isOver) lab.hop = 0;
    lab.around.draw();
    const each = Math.min(hopMs, runMs / Math.max(1, lab.last));
    while (turn === this.#turn && !lab.isOver) {
      const still = lab.around.still();
      await lab.around.wait(still ? 2 * each : each);
      if (turn !== this.#turn) return;
      await lab.arrive(stepped(lab.hop, 1, !still, lab.last));
    }
    if (turn === this.#turn) this.pause();
  }
}
