// Fig 6-8, the clock dial on the cart: the state of the figure, and what each press does. The runs are cart-run.js, the
// picture cart-view.js.
import { encodeLink } from '../engine/link.js';
import { most, playBoth, scenarioOf, settingOf } from './cart-run.js';
import { cartFrame } from './cart-view.js';
import { DialFigure } from './dial-figure.js';
import { rangesOf } from './places.js';

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

export class CartFigure extends DialFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    super(host, -most, most);
    this.picture = stillCart(/** @type {any} */ (null));
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    await this.begin();
    if (!link || !opened) return;
    if (opened.get('healed') !== '1') return;
    this.picture.healed = true;
    this.owe(opened.get('turned') ?? '');
    await this.show(settingOf(link.scenario));
    this.resume();
  }

  async begin() {
    this.picture = { ...stillCart(await playBoth(this.running(), rightClock)), live: true };
  }

  at() {
    return this.picture.setting.skew;
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

  async heal() {
    this.picture = { ...this.picture, healed: true };
    await this.show(rightClock);
  }

  /** @param {number} skew */
  async showPlace(skew) {
    await this.show({ ...this.picture.setting, skew });
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
    if (skew % 5 === 0) this.host.changed();
  }

  /** @param {boolean} whole */
  swept(whole) {
    this.picture = { ...this.picture, swept: whole };
  }
}
