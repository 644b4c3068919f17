// Fig 6-10, nine parts and two hours: the state of the figure, and what each press does. The hours are hours-parts.js, the
// numbers hours-measure.js, the machine that is opened hours-machine.js, the picture hours-view.js.
import { encodeLink } from '../engine/link.js';
import { formatList, group } from '../ui/format.js';
import { openMachine } from './hours-machine.js';
import { lampNames, measureHour } from './hours-measure.js';
import { isOut, machinesOf, partOf, scenarioFor, settingOf } from './hours-parts.js';
import { hoursFrame, outWords } from './hours-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Measured } from './hours-measure.js' */
/** @import { Hour, Out, PartId } from './hours-parts.js' */
/** @import { HoursPicture } from './hours-view.js' */

/** The figure as it begins. @param {Measured} measured a quiet hour with every part @returns {HoursPicture} */
export function stillHours(measured) {
  return {
    live: false,
    out: new Set(),
    hour: 'quiet',
    measured,
    opened: null,
    news: newsOf(null, { out: new Set(), hour: 'quiet', measured }),
  };
}

/** @param {Out} out @param {Hour} hour */
const nameOf = (out, hour) => [hour, ...[...out].sort()].join(' ');

export class HoursFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {HoursPicture | null} */
    this.picture = null;
    /** @type {Engine | null} */
    this.engine = null;
    /** Hours that were run. @type {Map<string, Measured>} */
    this.known = new Map();
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    const first = await this.measure(new Set(), 'quiet');
    this.picture = { ...stillHours(first), live: true };
    if (!link) return;
    const { out, hour } = settingOf(link.scenario);
    if (opened?.get('filter') === 'out') out.add('filter');
    await this.show(out, hour);
    const machine = opened?.get('machine');
    if (machine && machinesOf(hour).includes(machine)) await this.open(machine);
  }

  async reset() {
    this.picture = { ...stillHours(await this.measure(new Set(), 'quiet')), live: true };
    this.host.changed();
  }

  async link() {
    if (!this.engine || !this.picture) throw new Error('the figure is not running');
    const { out, hour, opened } = this.picture;
    const { trace_version } = await this.engine.about();
    return {
      run: encodeLink({ scenario: scenarioFor(out, hour), position: 0, trace_version }),
      ...(out.has('filter') ? { filter: 'out' } : {}),
      ...(opened ? { machine: opened.name } : {}),
    };
  }

  view() {
    if (!this.picture) throw new Error('the figure is not running');
    return hoursFrame(this.picture, {
      toggle: (id) => this.host.run(() => this.toggle(id)),
      run: (hour) => this.host.run(() => this.show(this.picture?.out ?? new Set(), hour)),
      open: (machine) => this.host.run(() => this.open(machine)),
    });
  }

  /** @param {PartId} id */
  async toggle(id) {
    if (!this.picture) return;
    const { out, hour } = this.picture;
    if (isOut(out, id) && !out.has(id)) {
      this.picture = {
        ...this.picture,
        news: `Without gossip nobody knows who is away, so there can be no ${partOf(id).name}: put gossip back first.`,
      };
      return this.host.changed();
    }
    const next = new Set(out);
    if (!next.delete(id)) next.add(id);
    await this.show(next, hour);
  }

  /** @param {Out} out @param {Hour} hour */
  async show(out, hour) {
    const before = this.picture;
    if (!before) return;
    // What is pressed is shown at once, its numbers when they are there.
    if (!this.known.has(nameOf(out, hour))) {
      this.picture = { ...before, out, hour, measured: null, opened: null };
      this.host.changed();
    }
    try {
      const measured = await this.measure(out, hour);
      const news = newsOf(before, { out, hour, measured });
      // A machine that is open stays open: it is another one now.
      const opened =
        before.opened && this.engine ? await openMachine(this.engine, out, hour, before.opened.name) : null;
      this.picture = { ...before, out, hour, measured, opened, news };
    } catch (error) {
      this.picture = before;
      throw error;
    } finally {
      this.host.changed();
    }
  }

  /** @param {string} machine */
  async open(machine) {
    if (!this.engine || !this.picture) return;
    const { out, hour } = this.picture;
    const opened = await openMachine(this.engine, out, hour, machine);
    this.picture = { ...this.picture, opened };
    this.host.changed();
  }

  /** @param {Out} out @param {Hour} hour */
  async measure(out, hour) {
    if (!this.engine) throw new Error('the figure is not running');
    const name = nameOf(out, hour);
    const measured = this.known.get(name) ?? (await measureHour(this.engine, out, hour));
    this.known.set(name, measured);
    return measured;
  }
}

/** @typedef {{out: Out, hour: Hour, measured: Measured}} Shown */

/**
 * What is to be said of an hour: which lamps are out, and what that is owed to.
 * @param {Pick<HoursPicture, 'out' | 'hour' | 'measured'> | null} before
 * @param {Shown} now
 */
export function newsOf(before, { out, hour, measured }) {
  const dark = measured.lamps.filter(({ state }) => state === 'out').map(({ id }) => nameOfLamp(id));
  const what = `A ${hour} hour, ${outWords(out)}:`;
  if (dark.length > 0) {
    const list = formatList(dark.map((name) => `“${name}”`));
    return [`${what} ${list} ${dark.length === 1 ? 'is' : 'are'} out.`, ...emptyReasons(out, measured)].join(
      ' ',
    );
  }
  const untested = measured.lamps.some(({ state }) => state === 'untested');
  const lit = untested ? 'no lamp is out' : 'all seven lamps are lit';
  if (hour === 'quiet') return `${what} ${lit}.${out.size > 0 ? ' Now the bad hour.' : ''}`;
  const spared = before && out.size > 0 ? ' In this hour the others do its work.' : '';
  return `${what} ${lit}.${spared}`;
}

/**
 * Lamps that stay lit although the part that they are owed to is out, and what they stay lit for.
 * @param {Out} out
 * @param {Measured} measured
 */
function emptyReasons(out, { lamps, stale, vanished, records }) {
  const isLit = (/** @type {string} */ lamp) => lamps.some(({ id, state }) => id === lamp && state === 'lit');
  const reasons = [];
  if (out.has('quorum') && isOut(out, 'hints') && isLit('answers'))
    reasons.push(
      `“${nameOfLamp('answers')}” stays lit, since one copy is enough for an answer now, a right one or not: ${group(stale)} reads were stale.`,
    );
  if (vanished > 0 && isLit('agree'))
    reasons.push(
      `“${nameOfLamp('agree')}” stays lit for an empty reason: ${group(vanished)} of the ${group(records)} records are on no machine any more, so none of their copies can differ.`,
    );
  return reasons;
}

/** @param {string} id */
const nameOfLamp = (id) => lampNames.find((lamp) => lamp.id === id)?.name ?? id;
