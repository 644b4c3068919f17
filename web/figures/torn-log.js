// Fig 6-11, the guillotine: the state of the figure, and what each press does. The runs are torn-log-run.js, the picture
// torn-log-view.js.
import { download } from './download.js';
import { archiveOf, edgeFrom, firstFlip, measureEachByte, measureTorn } from './torn-log-run.js';
import { tornFrame } from './torn-log-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Damage, Torn } from './torn-log-run.js' */
/** @import { TornPicture } from './torn-log-view.js' */

/** The figure before anything is cut. @param {Torn} torn @returns {TornPicture} */
export const stillTorn = (torn) => ({
  live: false,
  torn,
  damage: { mode: 'cut', at: torn.log.bytes },
  tried: new Map([[torn.log.bytes, torn.records.length]]),
  guess: null,
  asked: null,
  each: null,
  swept: false,
});

const guesses = ['refuses', 'others', 'none', 'unsure'];

export class TornLogFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    /** @type {TornPicture} */
    this.picture = /** @type {any} */ (null);
    /** Where the blade is meant to go; what it passed meanwhile need not be run. @type {Damage | null} */
    this.wanted = null;
  }

  /** @param {Engine} engine @param {unknown} _link @param {URLSearchParams | null} opened */
  async start(engine, _link, opened) {
    this.engine = engine;
    await this.begin();
    const damage = opened && this.damageIn(opened);
    if (!damage) return;
    if (damage.mode === 'flip') await this.setMode('flip');
    const said = opened.get('said');
    this.picture.guess = damage.mode === 'flip' && said && guesses.includes(said) ? said : null;
    await this.show(damage);
    if (opened.get('every') === '1') await this.sweep();
  }

  async begin() {
    this.picture = { ...stillTorn(await measureTorn(this.running(), null)), live: true };
  }

  async reset() {
    await this.begin();
    this.host.changed();
  }

  cancel() {
    this.wanted = null;
  }

  async link() {
    const { damage, guess, swept } = this.picture;
    /** @type {Record<string, string>} */
    const link = damage.mode === 'cut' ? { cut: `${damage.at}` } : { flip: `${damage.at}.${damage.bit}` };
    if (guess) link.said = guess;
    if (swept) link.every = '1';
    return link;
  }

  view() {
    return tornFrame(this.picture, {
      mode: (mode) => this.host.run(() => this.setMode(mode)),
      move: (at) => this.move({ ...this.picture.damage, at }),
      edge: (way) => this.move({ ...this.picture.damage, at: this.edge(way) }),
      turn: (bit) => this.move({ ...this.picture.damage, mode: 'flip', bit }),
      guess: (guess) => this.host.run(async () => this.say(guess)),
      sweep: () => this.host.run(() => this.sweep()),
      download: () => this.host.run(() => this.download()),
    });
  }

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  /** What a link says, where it is a place of this log. @param {URLSearchParams} opened @returns {Damage | null} */
  damageIn(opened) {
    const { bytes } = this.picture.torn.log;
    const whole = (/** @type {string | undefined} */ text, /** @type {number} */ most) =>
      text !== undefined && /^\d{1,4}$/.test(text) && Number(text) <= most ? Number(text) : null;
    const cut = whole(opened.get('cut') ?? undefined, bytes);
    if (cut !== null) return { mode: 'cut', at: cut };
    const [byte, bit] = (opened.get('flip') ?? '').split('.');
    const [at, turned] = [whole(byte, bytes - 1), whole(bit, 7)];
    return at === null || turned === null ? null : { mode: 'flip', at, bit: turned };
  }

  /** @param {1 | -1} way */
  edge(way) {
    return edgeFrom(this.picture.torn, this.wanted?.at ?? this.picture.damage.at, way);
  }

  /** @param {Damage['mode']} mode */
  async setMode(mode) {
    if (mode === this.picture.damage.mode) return;
    const { torn } = this.picture;
    await this.show(mode === 'cut' ? { mode, at: torn.log.bytes } : firstFlip(torn));
    if (mode === 'flip') this.picture.asked = this.picture.torn.ours;
  }

  /** The blade may be faster than the runs: only where it stands at last is shown. @param {Damage} damage */
  move(damage) {
    const { bytes } = this.picture.torn.log;
    const most = damage.mode === 'cut' ? bytes : bytes - 1;
    this.wanted = { ...damage, at: Math.min(most, Math.max(0, damage.at)) };
    this.host.run(async () => {
      const { wanted } = this;
      this.wanted = null;
      if (wanted) await this.show(wanted);
    });
  }

  /** @param {Damage} damage */
  async show(damage) {
    const torn = await measureTorn(this.running(), damage);
    const tried = new Map(this.picture.tried);
    if (damage.mode === 'cut') tried.set(damage.at, torn.ours.puts);
    this.picture = { ...this.picture, torn, damage, tried, swept: false };
    this.host.changed();
  }

  /** @param {string} guess */
  say(guess) {
    this.picture = { ...this.picture, guess };
    this.host.changed();
  }

  /** Every place of the blade, or every bit. */
  async sweep() {
    const each = this.picture.each ?? (await measureEachByte(this.running()));
    const tried = new Map(each.each_cut.map((puts, cut) => [cut, puts]));
    this.picture = { ...this.picture, each, tried, swept: true };
    this.host.changed();
  }

  async download() {
    const archive = await archiveOf(this.running(), this.picture.damage);
    download(archive, 'systemsim-torn-log.tar');
  }
}
