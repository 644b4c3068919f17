// Fig 6-2, the seven goals: the switches' state and what each press does. The numbers are goals-measure.js, the
// drawing goals-view.js.
import chapter from '../../content/chapter.json' with { type: 'json' };
import { encodeLink } from '../engine/link.js';
import { formatList, formatMs, group } from '../ui/format.js';
import { stepUs } from './goals-join.js';
import { measureGoals } from './goals-measure.js';
import { joinerOf, linkedScenario, startSwitches, switchesOf } from './goals-switches.js';
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
    /** Of the change that is being shown. @type {AbortController | null} */
    this.changing = null;
  }

  /** @param {Engine} engine @param {Link | null} link */
  async start(engine, link) {
    this.engine = engine;
    const switches = link ? switchesOf(link.scenario) : startSwitches;
    const measured = await measureGoals(engine, switches);
    this.picture = { ...stillGoals(measured), live: true, cutShown: switches.cut || allLit(measured) };
  }

  /** What is pressed while a machine joins or leaves need not wait for it. */
  cancel() {
    this.changing?.abort();
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
      set: (switches) => {
        this.cancel();
        this.host.run(() => this.set(switches));
      },
      change: () => {
        if (!this.picture?.progress) this.host.run(() => this.change());
      },
    });
  }

  /** @param {Partial<Switches>} change */
  async set(change) {
    const before = this.picture;
    if (!this.engine || !before) return;
    const now = before.measured.switches;
    const other = Object.entries(change).filter(
      ([name, value]) => now[/** @type {keyof Switches} */ (name)] !== value,
    );
    if (other.length === 0) return;
    // Another cluster: nothing has joined it yet.
    const anew = now.change !== 'none' && other.some(([name]) => !['quorum', 'memory', 'cut'].includes(name));
    /** @type {Switches} */
    const switches = { ...now, ...change, ...(anew ? { change: 'none' } : {}) };
    try {
      const measured = await measureGoals(this.engine, switches);
      const begins = anew ? 'Another cluster, which no machine has joined yet. ' : '';
      this.picture = {
        live: true,
        measured,
        cutShown: before.cutShown || allLit(measured),
        news: begins + whatChanged(before.measured, measured),
        refused: false,
        progress: null,
      };
    } catch (error) {
      this.picture = { ...before, news: `✕ ${refusedBecause(switches, change, error)}.`, refused: true };
    }
    this.host.changed();
  }

  /** One more machine joins the running cluster, or leaves it again. */
  async change() {
    const before = this.picture;
    if (!this.engine || !before) return;
    const { switches } = before.measured;
    const change = switches.change === 'joined' ? 'left' : 'joined';
    const changing = new AbortController();
    this.changing = changing;
    try {
      const measured = await measureGoals(
        this.engine,
        { ...switches, change },
        watchedBy(this, changing.signal),
      );
      const news = [changeNews(measured.change), whatChanged(before.measured, measured)].join(' ');
      const cutShown = before.cutShown || allLit(measured);
      this.picture = { ...before, measured, cutShown, news, refused: false, progress: null };
    } catch (error) {
      this.picture = { ...before, progress: null };
      if (!changing.signal.aborted) throw error;
    } finally {
      this.changing = null;
      this.host.changed();
    }
  }
}

/** How long a step of a change is shown. */
const stepMs = 90;

/**
 * Who likes motion sees a change go on, and can cut it short; who does not, its end.
 * @param {GoalsFigure} figure
 * @param {AbortSignal} signal
 */
function watchedBy(figure, signal) {
  const moving = globalThis.matchMedia?.('(prefers-reduced-motion: no-preference)').matches;
  if (!moving) return undefined;
  const { machines, change } = figure.picture?.measured.switches ?? startSwitches;
  const news = `${joinerOf(machines)} is ${change === 'joined' ? 'leaving' : 'joining'}, slowed down: each step is ${formatMs(stepUs / 1000)} of simulated time.`;
  return async (/** @type {Progress} */ progress) => {
    if (figure.picture) figure.picture = { ...figure.picture, progress, news, refused: false };
    figure.host.changed();
    await new Promise((resolve) => setTimeout(resolve, stepMs));
    signal.throwIfAborted();
  };
}

/**
 * Why the engine refused, in the words of the switches where they can say it.
 * @param {Switches} switches that it refused
 * @param {Partial<Switches>} pressed
 * @param {unknown} error
 */
function refusedBecause({ machines, copies, quorum }, pressed, error) {
  if (copies > machines)
    return `Three copies need three machines: choose ${pressed.copies ? '5 machines' : '1 copy'} first`;
  if (quorum > copies)
    return `Two copies cannot be asked where there is one: choose ${pressed.quorum ? '3 copies' : 'W · R 1 · 1'} first`;
  return `The engine refuses: ${refusalSentence(error)}`;
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
