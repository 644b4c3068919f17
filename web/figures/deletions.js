// Fig 6-11 c, delete everything: the state of the figure, and what each press does. The run is deletions-run.js, the
// picture deletions-view.js.
import { archiveOf, measureDeletions, parts } from './deletions-run.js';
import { deletionsFrame } from './deletions-view.js';
import { download } from './download.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Emptied, Part } from './deletions-run.js' */
/** @import { DeletionsPicture } from './deletions-view.js' */

/** The figure before anything is deleted. @param {Emptied} run @returns {DeletionsPicture} */
export const stillDeletions = (run) => ({ live: false, run, part: 'filled', guess: null });

const guesses = ['smaller', 'same', 'larger', 'unsure'];

export class DeletionsFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    /** @type {DeletionsPicture} */
    this.picture = /** @type {any} */ (null);
  }

  /** @param {Engine} engine @param {unknown} _link @param {URLSearchParams | null} opened */
  async start(engine, _link, opened) {
    this.engine = engine;
    await this.begin();
    const part = parts.find((part) => part === opened?.get('part'));
    const guess = opened?.get('said') ?? null;
    if (!part || !guess || !guesses.includes(guess)) return;
    this.picture = { ...this.picture, part, guess };
  }

  async begin() {
    this.picture = { ...stillDeletions(await measureDeletions(this.running())), live: true };
  }

  async reset() {
    await this.begin();
    this.host.changed();
  }

  async link() {
    const { part, guess } = this.picture;
    return /** @type {Record<string, string>} */ ({ part, ...(guess ? { said: guess } : {}) });
  }

  view() {
    return deletionsFrame(this.picture, {
      guess: (guess) => this.host.run(async () => this.change({ guess, part: 'deleted' })),
      compact: () => this.host.run(async () => this.change({ part: 'compacted' })),
      download: () => this.host.run(() => this.download()),
    });
  }

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  /** @param {Partial<DeletionsPicture>} news */
  change(news) {
    this.picture = { ...this.picture, ...news };
    this.host.changed();
  }

  async download() {
    /** @type {Part} */
    const part = this.picture.part;
    download(await archiveOf(this.running(), part), `systemsim-${part}.tar`);
  }
}
