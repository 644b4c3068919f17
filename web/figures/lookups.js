// Fig 6-11 b, a miss and a hit: the state of the figure, and what each press does. The runs are lookups-run.js, the
// picture lookups-view.js.
import { bitChoices, measureEachBits, measureReads } from './lookups-run.js';
import { lookupsFrame } from './lookups-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Bits, Reads } from './lookups-run.js' */
/** @import { LookupsPicture } from './lookups-view.js' */

export const firstSetting = /** @type {const} */ ({ bits: 10, show: 0 });

/** The figure before anything is guessed. @param {Reads} reads @returns {LookupsPicture} */
export const stillLookups = (reads) => ({
  live: false,
  reads,
  asked: reads,
  bits: 10,
  show: 0,
  guess: null,
  each: null,
  progress: null,
});

const guesses = ['hit', 'miss', 'unsure'];

export class LookupsFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    /** @type {LookupsPicture} */
    this.picture = /** @type {any} */ (null);
  }

  /** @param {Engine} engine @param {unknown} _link @param {URLSearchParams | null} opened */
  async start(engine, _link, opened) {
    this.engine = engine;
    await this.begin();
    const guess = opened?.get('said');
    if (!opened || !guess || !guesses.includes(guess)) return;
    this.picture.guess = guess;
    const bits = bitChoices.find((bits) => String(bits) === opened.get('bits')) ?? firstSetting.bits;
    const show = Number(opened.get('show'));
    const known = Number.isInteger(show) && show >= 0 && show < this.picture.reads.reads;
    await this.set({ bits, show: known ? show : 0 });
    if (opened.get('every') === '1') await this.tryAll();
  }

  async begin() {
    this.picture = { ...stillLookups(await measureReads(this.running(), firstSetting)), live: true };
  }

  async reset() {
    await this.begin();
    this.host.changed();
  }

  async link() {
    const { guess, bits, show, each } = this.picture;
    return /** @type {Record<string, string>} */ ({
      ...(guess ? { said: guess } : {}),
      bits: `${bits}`,
      show: `${show}`,
      ...(each ? { every: '1' } : {}),
    });
  }

  view() {
    const { bits, show, reads } = this.picture;
    return lookupsFrame(this.picture, {
      guess: (guess) => this.host.run(async () => this.change({ guess })),
      setBits: (bits) => this.host.run(() => this.set({ bits, show })),
      next: () => this.host.run(() => this.set({ bits, show: (show + 1) % reads.reads })),
      tryAll: () => this.host.run(() => this.tryAll()),
    });
  }

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  /** @param {Partial<LookupsPicture>} news */
  change(news) {
    this.picture = { ...this.picture, ...news };
    this.host.changed();
  }

  /** @param {{bits: Bits, show: number}} setting */
  async set(setting) {
    this.change({ ...setting, reads: await measureReads(this.running(), setting) });
  }

  async tryAll() {
    if (this.picture.each) return;
    const each = await measureEachBits(this.running(), (progress) => this.change({ progress }));
    this.change({ each, progress: null });
  }
}
