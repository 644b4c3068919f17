// Fig 6-6, data replication: the state of the figure, and what each press does. The numbers are replication-measure.js,
// the picture replication-view.js.
import { encodeLink } from '../engine/link.js';
import {
  askForKey,
  firstSeed,
  measureRing,
  racks,
  rules,
  scenarioFor,
  settingOf,
  walkOf,
} from './replication-measure.js';
import { darkOf, replicationFrame, walkNews, wholeWalk } from './replication-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Ring } from '../engine/engine.d.ts' */
/** @import { Link } from '../engine/link.js' */
/** @import { Rule } from './replication-measure.js' */
/** @import { ReplicationPicture } from './replication-view.js' */

const toTheEnd = Number.POSITIVE_INFINITY;

/** The figure before the first step. @param {Ring} ring @returns {ReplicationPicture} */
export function stillReplication(ring) {
  return {
    live: false,
    seed: firstSeed,
    rule: 'points',
    ring,
    steps: 0,
    off: [],
    answer: null,
    tried: {},
    news: 'Nothing has been walked yet. Where will the first copy be?',
  };
}

/**
 * What a press, or a link, asks for; all else follows from it.
 * @typedef {object} Wish
 * @property {Rule} rule
 * @property {number} seed
 * @property {number} steps as many as there are, at most
 * @property {Rule[]} walked other rules that were walked to the end on this ring
 * @property {number[]} off
 */

export class ReplicationFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    this.picture = stillReplication(/** @type {any} */ (null));
    /** @type {Map<string, Ring>} rings that were measured */
    this.rings = new Map();
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    await this.begin();
    if (link && opened) await this.show(wishOf(settingOf(link.scenario), opened));
  }

  async begin() {
    const ring = await this.ringOf('points', firstSeed);
    this.picture = { ...stillReplication(ring), live: true };
  }

  async reset() {
    await this.begin();
    this.host.changed();
  }

  async link() {
    const { trace_version } = await this.running().about();
    const { rule, seed, steps, off } = this.picture;
    return {
      steps: String(steps),
      walked: this.walked().join('.'),
      off: off.map((rack) => rack + 1).join('.'),
      run: encodeLink({ scenario: scenarioFor({ rule, seed }), position: 0, trace_version }),
    };
  }

  view() {
    const press = (/** @type {() => Partial<Wish>} */ wish) => this.host.run(() => this.show(wish()));
    return replicationFrame(this.picture, {
      step: () => press(() => ({ steps: this.picture.steps + 1 })),
      finish: () => press(() => ({ steps: toTheEnd })),
      again: () => press(() => ({ steps: 0 })),
      // A walk that had ended goes to its end under the other rule, and on the other ring, as well.
      setRule: (rule) => press(() => ({ rule, steps: this.ended() ? toTheEnd : 0 })),
      roll: () => press(() => ({ seed: this.nextSeed(), steps: this.ended() ? toTheEnd : 0 })),
      power: (rack) => press(() => ({ off: switched(this.picture.off, rack) })),
    });
  }

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  ended() {
    return this.picture.steps === wholeWalk(this.picture).length;
  }

  walked() {
    return rules.filter((rule) => this.picture.tried[rule]);
  }

  nextSeed() {
    return this.picture.seed === firstSeed ? 1 : this.picture.seed + 1;
  }

  /** @param {Rule} rule @param {number} seed */
  async ringOf(rule, seed) {
    const name = `${rule} ${seed}`;
    const ring = this.rings.get(name) ?? (await measureRing(this.running(), { rule, seed }));
    this.rings.set(name, ring);
    return ring;
  }

  /** @param {Partial<Wish>} wish what is to be other than it is */
  async show(wish) {
    const now = this.picture;
    const { rule, seed, steps, walked, off: wanted } = { ...now, walked: this.walked(), ...wish };
    const ring = await this.ringOf(rule, seed);
    const all = walkOf(ring, rule).length;
    /** @type {ReplicationPicture['tried']} */
    const tried = {};
    for (const one of rules) {
      if (!walked.includes(one) && !(one === rule && steps >= all)) continue;
      const { fewer_machines: fewer, one_rack: oneRack } = await this.ringOf(one, seed);
      tried[one] = { fewer, oneRack };
    }
    // Until a walk has ended the copies are nowhere, and there is nothing to lose.
    const off = rules.some((one) => tried[one]) ? wanted : [];
    const next = { ...now, rule, seed, ring, off, tried, steps: Math.min(steps, all) };
    const dark = darkOf(next);
    const answer = dark.length === 0 ? null : await askForKey(this.running(), { rule, seed }, dark);
    const moved = next.steps !== now.steps || ring !== now.ring;
    this.picture = { ...next, answer, news: moved ? walkNews(next) : now.news };
    this.host.changed();
  }
}

/** @param {import('./replication-measure.js').Setting} setting @param {URLSearchParams} opened @returns {Wish} */
function wishOf({ rule, seed }, opened) {
  const steps = Number(opened.get('steps') ?? 0);
  const walked = (opened.get('walked') ?? '').split('.');
  const off = (opened.get('off') ?? '').split('.').map((rack) => Number(rack) - 1);
  return {
    rule,
    seed,
    steps: Number.isSafeInteger(steps) && steps > 0 ? steps : 0,
    walked: rules.filter((one) => walked.includes(one)),
    off: Array.from({ length: racks }, (_, rack) => rack).filter((rack) => off.includes(rack)),
  };
}

/** @param {number[]} off @param {number} rack */
function switched(off, rack) {
  return off.includes(rack) ? off.filter((one) => one !== rack) : [...off, rack].sort();
}
