/**
 * Long work goes to the engine in slices of a few milliseconds. On the page's thread this keeps the page alive; in the
 * worker it lets other figures in between, lets a job be cancelled, and is faster too: V8 moves a wasm loop to its
 * better compiler from call to call, never inside one.
 *
 * Slices are counted in events or trials, so where they end changes nothing in a run.
 */

/** How long a slice should last. */
export const SLICE_MS = 4;

/**
 * Finds how much fits into a slice on this machine, by doubling and halving. It begins with the least, which even a
 * slow machine does in a moment.
 */
export class SliceSize {
  /** @param {{ least: number, most: number }} bounds */
  constructor({ least, most }) {
    this.value = least;
    this.least = least;
    this.most = most;
  }

  /**
   * @param {number} done how much the last slice held
   * @param {number} ms how long it took
   */
  learn(done, ms) {
    if (ms > SLICE_MS * 1.5) this.value = Math.max(this.least, this.value >> 1);
    else if (ms < SLICE_MS / 2 && done >= this.value) this.value = Math.min(this.most, this.value * 2);
  }
}
