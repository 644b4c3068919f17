// A figure with one dial: each of its places is a run. The dial may be turned faster than runs end, swept from one end
// to the other, and a link says which places were tried.
import { placesIn } from './places.js';

/** @import { Engine } from '../engine/client.js' */

export class DialFigure {
  /**
   * @param {import('./sim-figure.js').FigureHost} host
   * @param {number} least place of the dial
   * @param {number} most
   */
  constructor(host, least, most) {
    this.host = host;
    this.least = least;
    this.most = most;
    /** @type {Engine | null} */
    this.engine = null;
    /** Where the dial is meant to go; what it passed meanwhile need not be run. @type {number | null} */
    this.wanted = null;
    /** Whether the sweep goes on; a reset ends it. */
    this.sweeping = false;
    /** Places that a link says were tried, and that have not been run again yet. @type {number[]} */
    this.owed = [];
  }

  // What a figure of this kind has besides.

  /** As it was before anything was pressed. @returns {Promise<void>} */
  async begin() {
    throw new Error('begin() is missing');
  }

  /** Where the dial stands. @returns {number} */
  at() {
    throw new Error('at() is missing');
  }

  /** Shows the run of a place. @param {number} _place @returns {Promise<void>} */
  async showPlace(_place) {
    throw new Error('showPlace() is missing');
  }

  /** Runs a place, once, and keeps what came of it. @param {number} _place @returns {Promise<void>} */
  async note(_place) {
    throw new Error('note() is missing');
  }

  /** All places were noted, one after the other; false: something else was pressed. @param {boolean} _whole */
  swept(_whole) {}

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  async reset() {
    await this.begin();
    this.host.changed();
  }

  cancel() {
    this.sweeping = false;
    this.wanted = null;
    this.owed = [];
  }

  pause() {
    this.sweeping = false;
  }

  resume() {
    if (this.owed.length > 0) this.host.run(() => this.noteOwed());
  }

  stop() {
    this.cancel();
  }

  /** What a link says was tried is found again, bit by bit. @param {string} written as rangesOf() writes it */
  owe(written) {
    this.owed = placesIn(written, this.least, this.most);
  }

  /** Only where the dial stands at last is shown, and no sweep goes before it. @param {number} place */
  turn(place) {
    this.wanted = Math.min(this.most, Math.max(this.least, place));
    this.sweeping = false;
    this.host.run(async () => {
      const { wanted } = this;
      if (wanted === null || wanted === this.at()) return;
      await this.showPlace(wanted);
    });
    this.resume();
  }

  /** Until something else is pressed. */
  async noteOwed() {
    this.sweeping = true;
    while (this.owed.length > 0 && this.sweeping) {
      await this.note(this.owed[0]);
      this.owed = this.owed.slice(1);
    }
    this.sweeping = false;
    this.host.changed();
  }

  /** Every place, from one end of the dial to the other. */
  async sweep() {
    this.sweeping = true;
    for (let place = this.least; place <= this.most && this.sweeping; place++) await this.note(place);
    this.swept(this.sweeping);
    this.sweeping = false;
    this.host.changed();
  }
}
