// The transport: it decides *when* the engine takes its next step, and never what the step does.
//
// - Time on the screen is simulated time. The frame clock only says how much of it to show next.
// - The engine is driven by step() and seek() alone, so a run's trace does not depend on frames, on speed or on pauses.
// - Three paces. 'each': every event has the same viewing time. 'steady' and 'fast': one fixed ratio of viewing to
//   simulated time; a quiet gap that would take over 1.5 s to watch is cut, and the cut is shown (`gap`).
// - With `still` (reduced motion) nothing moves between events: the picture changes from one event to the next.

/** @import { Place } from '../engine/engine.d.ts' */
/** @typedef {'each' | 'steady' | 'fast'} Pace */

/**
 * What the player drives: a run.
 * @typedef {object} Drive
 * @property {() => Place} status
 * @property {() => boolean} quiet   nothing can happen any more unless somebody acts
 * @property {(options: {maxEvents?: number, untilUs?: number}) => Promise<unknown>} step
 * @property {(position: number) => Promise<unknown>} seek
 */

/**
 * @typedef {object} FrameClock
 * @property {(callback: (ms: number) => void) => number} request
 * @property {(id: number) => void} cancel
 */

/** Viewing milliseconds for one simulated millisecond. */
const ratios = { steady: 60, fast: 12 };
const longestQuietMs = 1500;
const breakMs = 900;
/** Of an event's viewing time, the part in which messages travel; the rest is for looking at what happened. */
const travelPart = 0.65;
/** A hidden tab gives no frames; when it comes back, the time away is not caught up. */
const longestFrameMs = 100;

export const defaultEachMs = 900;

export class Player {
  /**
   * @param {object} options
   * @param {Drive} options.drive
   * @param {FrameClock} options.clock
   * @param {() => void} options.onFrame   after each change of displayUs
   * @param {() => void} options.onChange  after each change of playing, pace or gap
   * @param {() => boolean} [options.still]
   */
  constructor({ drive, clock, onFrame, onChange, still = () => false }) {
    this.drive = drive;
    this.clock = clock;
    this.onFrame = onFrame;
    this.onChange = onChange;
    this.still = still;
    /** @type {Pace} */
    this.pace = 'each';
    /** Viewing time of one event in the pace 'each'. */
    this.eachMs = defaultEachMs;
    this.playing = false;
    /** The simulated time that the picture shows. */
    this.displayUs = 0;
    /** The quiet time that is being skipped, in microseconds. @type {number | null} */
    this.gap = null;
    /** @type {(() => boolean) | null} */
    this.stopWhen = null;
    this.frame = 0;
    this.lastMs = -1;
    this.slot = newSlot(0);
    this.busy = false;
  }

  /**
   * Plays until it is paused, until nothing can happen any more, or until `stopWhen` holds after a step.
   * @param {{stopWhen?: () => boolean, eachMs?: number}} [options]
   */
  play({ stopWhen, eachMs = defaultEachMs } = {}) {
    if (this.drive.quiet()) return;
    this.stopWhen = stopWhen ?? null;
    this.eachMs = eachMs;
    this.slot = newSlot(this.displayUs);
    this.lastMs = -1;
    if (!this.playing) {
      this.playing = true;
      this.#request();
    }
    this.onChange();
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.gap = null;
    this.stopWhen = null;
    this.clock.cancel(this.frame);
    this.onChange();
  }

  /** @param {Pace} pace */
  setPace(pace) {
    this.pace = pace;
    this.slot = newSlot(this.displayUs);
    this.gap = null;
    this.onChange();
  }

  /** The picture follows the run, wherever it is now. */
  sync() {
    this.displayUs = this.drive.status().now_us;
    this.slot = newSlot(this.displayUs);
    this.onFrame();
  }

  async stepForward() {
    this.pause();
    await this.drive.step({ maxEvents: 1 });
    this.sync();
  }

  async stepBack() {
    await this.scrub(this.drive.status().position - 1);
  }

  /** @param {number} position */
  async scrub(position) {
    this.pause();
    await this.drive.seek(Math.max(0, position));
    this.sync();
  }

  /** The run's own clock is brought to what the picture shows, so that an action happens at the time one sees. */
  async settle() {
    const { now_us, next_us } = this.drive.status();
    const shown = Math.floor(this.displayUs);
    if (shown > now_us && (next_us < 0 || shown < next_us)) await this.drive.step({ untilUs: shown });
  }

  #request() {
    this.frame = this.clock.request((ms) => this.#onFrame(ms));
  }

  /** @param {number} ms */
  #onFrame(ms) {
    if (!this.playing) return;
    const elapsed = this.lastMs < 0 ? 0 : Math.min(ms - this.lastMs, longestFrameMs);
    this.lastMs = ms;
    // While the engine is at work, viewing time stands still.
    if (!this.busy) {
      this.busy = true;
      const done =
        this.pace === 'each' || this.still() ? this.#advanceEach(elapsed) : this.#advanceRatio(elapsed);
      done.then(
        () => {
          this.busy = false;
          this.onFrame();
        },
        () => {
          this.busy = false;
          this.pause();
        },
      );
    }
    this.#request();
  }

  /** One event a slot: travel, the event, then time to look. @param {number} elapsedMs */
  async #advanceEach(elapsedMs) {
    const { slot } = this;
    const { next_us } = this.drive.status();
    slot.elapsedMs += elapsedMs;
    if (!slot.stepped) {
      const distance = next_us - slot.fromUs;
      const travelMs = distance > 0 ? this.eachMs * travelPart : 0;
      if (slot.elapsedMs < travelMs) {
        if (!this.still()) this.displayUs = slot.fromUs + (distance * slot.elapsedMs) / travelMs;
        return;
      }
      slot.stepped = true;
      await this.drive.step({ maxEvents: 1 });
      this.displayUs = this.drive.status().now_us;
      this.#stopIfDone();
    } else if (slot.elapsedMs >= this.eachMs) {
      this.slot = newSlot(this.displayUs);
    }
  }

  /** A fixed ratio, with long quiet gaps cut. @param {number} elapsedMs */
  async #advanceRatio(elapsedMs) {
    const ratio = ratios[this.pace === 'fast' ? 'fast' : 'steady'];
    const { next_us } = this.drive.status();
    const quietMs = ((next_us - this.displayUs) / 1000) * ratio;
    if (this.gap !== null || quietMs > longestQuietMs) {
      if (this.gap === null) {
        this.gap = next_us - this.displayUs;
        this.slot = newSlot(this.displayUs);
        this.onChange();
      }
      this.slot.elapsedMs += elapsedMs;
      if (this.slot.elapsedMs < breakMs) return;
      this.gap = null;
      this.displayUs = next_us;
      this.onChange();
    } else {
      this.displayUs += (elapsedMs / ratio) * 1000;
    }
    if (this.displayUs < next_us) return;
    await this.drive.step({ untilUs: Math.floor(this.displayUs) });
    this.#stopIfDone();
  }

  #stopIfDone() {
    if (this.stopWhen?.() || this.drive.quiet()) this.pause();
  }
}

/** @param {number} fromUs */
function newSlot(fromUs) {
  return { fromUs, elapsedMs: 0, stepped: false };
}

/** The browser's own frames. @type {FrameClock} */
export const animationFrames = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (id) => cancelAnimationFrame(id),
};
