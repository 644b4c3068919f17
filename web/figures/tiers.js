// Fig 6-3, the lid over the busiest keys: the state of the figure, and what each press does. The numbers are tiers-measure.js, the
// picture tiers-view.js.
import { firstSetting, jobOf, measure, settingOf } from './tiers-measure.js';
import { tiersFrame } from './tiers-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { TiersReport } from '../engine/engine.d.ts' */
/** @import { Link } from '../engine/link.js' */
/** @import { Setting } from './tiers-measure.js' */
/** @import { Phase, TiersPicture } from './tiers-view.js' */

/** The figure as it begins. @param {TiersReport | null} report @returns {TiersPicture} */
export function stillTiers(report) {
  return { live: false, setting: firstSetting, phase: 'on', report, progress: 0 };
}

/** A run's name. @param {Setting} setting @param {Phase} phase */
const nameOf = (setting, phase) => JSON.stringify(jobOf(setting, phase !== 'on'));

export class TiersFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    this.picture = stillTiers(null);
    /** @type {Map<string, TiersReport>} runs that were measured */
    this.runs = new Map();
    this.running = new AbortController();
  }

  /** @param {Engine} engine @param {Link | null} _link @param {URLSearchParams | null} opened */
  async start(engine, _link, opened) {
    this.engine = engine;
    const phase = /** @type {Phase} */ (opened?.get('plug') ?? 'on');
    this.picture = { ...stillTiers(null), live: true };
    this.wish(opened ? settingOf(opened) : {}, ['off', 'back'].includes(phase) ? phase : 'on');
    await this.measured();
  }

  async reset() {
    this.wish(firstSetting, 'on');
    await this.measured();
  }

  async link() {
    const { setting, phase } = this.picture;
    return { ...setting, memory: String(setting.memory), plug: phase };
  }

  cancel() {
    this.running.abort();
  }

  stop() {
    this.cancel();
  }

  view() {
    const press = (/** @type {Partial<Setting>} */ wish, /** @type {Phase} */ phase) => {
      this.cancel();
      this.wish(wish, phase);
      this.host.changed();
      this.host.run(() => this.measured());
    };
    return tiersFrame(this.picture, {
      // Whatever is changed is changed on a machine that runs.
      set: (wish) => press(wish, 'on'),
      plug: (phase) => press({}, phase),
    });
  }

  /** What is wanted is shown at once, without numbers until they are known. @param {Partial<Setting>} wish @param {Phase} phase */
  wish(wish, phase) {
    const setting = { ...this.picture.setting, ...wish };
    const report = this.runs.get(nameOf(setting, phase)) ?? null;
    this.picture = { ...this.picture, setting, phase, report, progress: 0 };
  }

  /** Runs what is wanted by now, unless it was run before. */
  async measured() {
    const { setting, phase, report } = this.picture;
    if (report || !this.engine) return this.host.changed();
    const name = nameOf(setting, phase);
    const isWanted = () => name === nameOf(this.picture.setting, this.picture.phase);
    const running = new AbortController();
    this.running = running;
    try {
      const found = await measure(this.engine, jobOf(setting, phase !== 'on'), {
        signal: running.signal,
        onProgress: (progress) => {
          if (!isWanted()) return;
          this.picture = { ...this.picture, progress };
          this.host.changed();
        },
      });
      this.runs.set(name, found);
      if (isWanted()) this.picture = { ...this.picture, report: found };
    } catch (error) {
      // Something else is wanted; it stands in the queue.
      if (!running.signal.aborted) throw error;
    }
    this.host.changed();
  }
}
