// Fig 6-8, the clock dial on the cart: the state of the figure, and what each press does. The runs are cart-run.js, the
// picture cart-view.js.
import { encodeLink } from '../engine/link.js';
import { clamp, most, playBoth, scenarioOf, settingOf } from './cart-run.js';
import { cartFrame } from './cart-view.js';
import { placesIn, rangesOf } from './places.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Pair, Setting } from './cart-run.js' */
/** @import { Kept } from './cart-words.js' */
/** @import { CartPicture } from './cart-view.js' */

/** @type {Setting} */
export const rightClock = { skew: 0, merge: 'none' };

/** The figure before the cut heals. @param {Pair} played with all clocks right @returns {CartPicture} */
export function stillCart(played) {
  return {
    live: false,
    healed: false,
    setting: rightClock,
    played,
    turned: new Map(),
    swept: false,
  };
}

export class CartFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    this.picture = stillCart(/** @type {any} */ (null));
    /** Where the dial is meant to go; what it passed meanwhile need not be run. @type {number | null} */
    this.wanted = null;
    /** Whether the sweep goes on; a reset ends it. */
    this.sweeping = false;
    /** Places of the dial that a link says were turned to, and that have not been run again yet. @type {number[]} */
    this.owed = [];
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    await this.begin();
    if (!link || !opened) return;
    if (opened.get('healed') !== '1') return;
    this.picture.healed = true;
    this.owed = turnedIn(opened.get('turned') ?? '');
    await this.show(settingOf(link.scenario));
    this.resume();
  }

  async begin() {
    this.picture = { ...stillCart(await playBoth(this.running(), rightClock)), live: true };
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

  async link() {
    const { trace_version } = await this.running().about();
    const { healed, setting, turned } = this.picture;
    const rule = setting.merge === 'none' ? 'lww' : 'vector-clocks';
    return {
      healed: healed ? '1' : '0',
      turned: rangesOf([...new Set([...turned.keys(), ...this.owed])]),
      run: encodeLink({ scenario: scenarioOf(rule, setting), position: 0, trace_version }),
    };
  }

  view() {
    return cartFrame(this.picture, {
      heal: () => this.host.run(() => this.heal()),
      turn: (skew) => this.turn(skew),
      sweep: () => this.host.run(() => this.sweep()),
      merge: (merge) => this.host.run(() => this.show({ ...this.picture.setting, merge })),
    });
  }

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  async heal() {
    this.picture = { ...this.picture, healed: true };
    await this.show(rightClock);
  }

  /** The dial may be faster than the runs: only where it stands at last is shown, and no sweep goes before it. @param {number} skew */
  turn(skew) {
    this.wanted = clamp(skew);
    this.sweeping = false;
    this.host.run(async () => {
      const { wanted } = this;
      if (wanted === null || wanted === this.picture.setting.skew) return;
      await this.show({ ...this.picture.setting, skew: wanted });
    });
    this.resume();
  }

  /** @param {Setting} setting */
  async show(setting) {
    const played = await playBoth(this.running(), setting);
    this.picture = {
      ...this.picture,
      setting,
      played,
      turned: this.with(setting.skew, played),
      swept: false,
    };
    this.host.changed();
  }

  /** @param {number} skew @param {Pair} played @returns {Map<number, Kept>} */
  with(skew, { lww, clocks }) {
    return new Map(this.picture.turned).set(skew, { lww: lww.kept, clocks: clocks.kept });
  }

  /** What a place of the dial makes of the two changes is kept. @param {number} skew */
  async note(skew) {
    if (this.picture.turned.has(skew)) return;
    const played = await playBoth(this.running(), { ...rightClock, skew });
    this.picture = { ...this.picture, turned: this.with(skew, played) };
  }

  /** What a link says is found again, until something else is pressed. */
  async noteOwed() {
    this.sweeping = true;
    while (this.owed.length > 0 && this.sweeping) {
      await this.note(this.owed[0]);
      this.owed = this.owed.slice(1);
      if (this.owed.length % 5 === 0) this.host.changed();
    }
    this.sweeping = false;
  }

  /** Every place of the dial, from one end to the other. */
  async sweep() {
    this.sweeping = true;
    for (let skew = -most; skew <= most && this.sweeping; skew++) {
      await this.note(skew);
      if (skew % 5 === 0) this.host.changed();
    }
    this.picture = { ...this.picture, swept: this.sweeping };
    this.sweeping = false;
    this.host.changed();
  }
}

export { rangesOf };

/** @param {string} written */
export const turnedIn = (written) => placesIn(written, -most, most);
