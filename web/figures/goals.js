// Fig 6-2, the seven goals: the switches' state and what each press does. The numbers are goals-measure.js, the
// drawing goals-view.js.
import chapter from '../../content/chapter.json' with { type: 'json' };
import { encodeLink } from '../engine/link.js';
import { formatList, group } from '../ui/format.js';
import { measureChange, measureGoals } from './goals-measure.js';
import { linkedScenario, startSwitches, switchesOf } from './goals-switches.js';
import { goalsFrame } from './goals-view.js';
import { refusalSentence } from './refusal.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Change, Progress } from './goals-join.js' */
/** @import { Measured } from './goals-measure.js' */
/** @import { Switches } from './goals-switches.js' */
/** @import { GoalsPicture } from './goals-view.js' */

/**
 * @param {Measured} measured
 * @returns {GoalsPicture}
 */
export function stillGoals(measured) {
  return {
    live: false,
    measured,
    cutShown: false,
    news: introduction(measured),
    refused: false,
    progress: null,
  };
}

export class GoalsFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {GoalsPicture | null} */
    this.picture = null;
    /** @type {Engine | null} */
    this.engine = null;
  }

  /** @param {Engine} engine @param {Link | null} link */
  async start(engine, link) {
    this.engine = engine;
    const switches = link ? switchesOf(link.scenario) : startSwitches;
    const measured = await measureGoals(engine, switches);
    this.picture = { ...stillGoals(measured), live: true, cutShown: switches.cut || allLit(measured) };
  }

  async reset() {
    if (!this.engine) return;
    this.picture = { ...stillGoals(await measureGoals(this.engine, startSwitches)), live: true };
    this.host.changed();
  }

  async link() {
    if (!this.engine || !this.picture) throw new Error('the figure is not running');
    const { trace_version } = await this.engine.about();
    const scenario = linkedScenario(this.picture.measured.switches);
    return { run: encodeLink({ scenario, position: 0, trace_version }) };
  }

  view() {
    if (!this.picture) throw new Error('the figure is not running');
    return goalsFrame(this.picture, {
      set: (switches) => this.host.run(() => this.set(switches)),
      change: () => {
        if (!this.picture?.progress) this.host.run(() => this.change());
      },
    });
  }

  /** @param {Partial<Switches>} change */
  async set(change) {
    const before = this.picture;
    if (!this.engine || !before) return;
    const switches = { ...before.measured.switches, ...change };
    try {
      const measured = await measureGoals(this.engine, switches);
      this.picture = {
        live: true,
        measured,
        cutShown: before.cutShown || allLit(measured),
        news: whatChanged(before.measured, measured),
        refused: false,
        progress: null,
      };
    } catch (error) {
      this.picture = { ...before, news: `✕ The engine refuses: ${refusalSentence(error)}.`, refused: true };
    }
    this.host.changed();
  }

  /** One more machine joins the running cluster, or leaves it again. */
  async change() {
    const before = this.picture;
    if (!this.engine || !before) return;
    const what = before.measured.switches.change === 'joined' ? 'left' : 'joined';
    try {
      const measured = await measureChange(this.engine, before.measured, what, watchedBy(this));
      const news = [changeNews(measured.change), whatChanged(before.measured, measured)].join(' ');
      const cutShown = before.cutShown || allLit(measured);
      this.picture = { ...before, measured, cutShown, news, refused: false, progress: null };
    } catch (error) {
      this.picture = { ...before, progress: null };
      throw error;
    } finally {
      this.host.changed();
    }
  }
}

/** How long a step of a change is shown. */
const stepMs = 90;

/**
 * Who likes motion sees a change go on; who does not, its end.
 * @param {GoalsFigure} figure
 */
function watchedBy(figure) {
  const moving = globalThis.matchMedia?.('(prefers-reduced-motion: no-preference)').matches;
  if (!moving) return undefined;
  return async (/** @type {Progress} */ progress) => {
    if (figure.picture) figure.picture = { ...figure.picture, progress };
    figure.host.changed();
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  };
}

/** @param {Change | null} change */
function changeNews(change) {
  if (!change) return '';
  const { name, left, done, calls, failed, stale } = change;
  if (!done) return `${name} cannot finish what it began.`;
  const count = (/** @type {number} */ some) => (some === 0 ? 'none' : group(some));
  return `${name} has ${left ? 'left' : 'joined'}: of ${group(calls)} calls since it began to join ${count(failed)} failed and ${count(stale)} missed a write.`;
}

/** @param {Measured} measured */
function allLit({ lamps }) {
  return lamps.every(({ lit }) => lit);
}

/** @param {Measured} measured */
function introduction({ lamps, switches }) {
  const lit = lamps.filter((lamp) => lamp.lit).length;
  const cluster = switches.machines === 1 ? 'One machine, one copy' : 'With the switches as they stand';
  return `${cluster}: ${lit} of 7 lamps ${lit === 1 ? 'is' : 'are'} lit.`;
}

/**
 * @param {Measured} before
 * @param {Measured} after
 */
function whatChanged(before, after) {
  const titles = (/** @type {boolean} */ lit) =>
    after.lamps
      .filter((lamp, at) => lamp.lit === lit && before.lamps[at].lit !== lit)
      .map(({ number }) => `${number} ${chapter.goals[Number(number) - 1].title}`);
  const [on, off] = [titles(true), titles(false)];
  const lit = after.lamps.filter((lamp) => lamp.lit).length;
  const sentences = [];
  if (on.length) sentences.push(`${formatList(on)} went on.`);
  if (off.length) sentences.push(`${formatList(off)} went out.`);
  if (!on.length && !off.length) sentences.push('No lamp changed.');
  if (lit < 7) sentences.push(`${lit} of 7 now.`);
  if (lit === 7) {
    sentences.push(
      after.eighth.stale > 0
        ? 'All seven are lit, and the eighth, which nobody asked for, is broken.'
        : 'All seven are lit, and the eighth holds.',
    );
  }
  return sentences.join(' ');
}
