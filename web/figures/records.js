// Fig 6-12 b, five records with a setting each: the state of the figure, and what each press does. Records and settings
// are records-settings.js, the numbers records-grade.js, the picture records-view.js.
import { encodeLink } from '../engine/link.js';
import { OneJob } from '../engine/one-job.js';
import { grade, seedsOf } from './records-grade.js';
import { runThatBroke } from './records-run.js';
import {
  changed,
  nameOf,
  recordOf,
  records,
  scenarioOf,
  settingsOf,
  settingsText,
  untouched,
} from './records-settings.js';
import { isGrade, recordsFrame, recordsNews } from './records-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Seeds } from '../engine/measure-runs.js' */
/** @import { Graded } from './records-grade.js' */
/** @import { RecordId, Setting, StoreRecord } from './records-settings.js' */
/** @import { Outcome, RecordsPicture } from './records-view.js' */

/** The figure as it begins. @returns {RecordsPicture} */
export function stillRecords() {
  /** @type {RecordsPicture} */
  const picture = {
    live: false,
    settings: untouched(),
    outcomes: {},
    offered: false,
    round: 0,
    lucks: 0,
    progress: null,
    news: '',
  };
  return { ...picture, news: recordsNews(picture, null) };
}

export class RecordsFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    this.picture = stillRecords();
    /** @type {Engine | null} */
    this.engine = null;
    /** Settings that were graded, by name and seeds. @type {Map<string, Graded>} */
    this.known = new Map();
    this.work = new OneJob(() => this.show({ progress: this.work.progress }));
  }

  /** @param {Engine} engine @param {Link | null} _ @param {URLSearchParams | null} opened */
  async start(engine, _, opened) {
    this.engine = engine;
    // Who is near the figure will soon ask for runs.
    await engine.about();
    const settings = settingsOf(opened?.get('set'));
    const picture = { ...stillRecords(), live: true, settings, offered: Boolean(settings.counter.owner) };
    this.picture = picture;
  }

  async reset() {
    this.picture = { ...stillRecords(), live: true };
    this.host.changed();
  }

  cancel() {
    this.work.stop();
  }

  stop() {
    this.work.stop();
  }

  async link() {
    const { settings } = this.picture;
    const { trace_version } = await this.running().about();
    return {
      set: settingsText(settings),
      run: encodeLink({ scenario: scenarioOf(settings.session), position: 0, trace_version }),
    };
  }

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  view() {
    return recordsFrame(this.picture, {
      change: (id, change) => {
        this.work.stop();
        this.change(id, change);
      },
      tryOne: () => this.host.run(() => this.tryOne()),
      grade: () => this.host.run(() => this.gradeAll()),
      again: () => this.host.run(() => this.again()),
      stop: () => this.work.stop(),
    });
  }

  /** @param {Partial<RecordsPicture>} news */
  show(news) {
    this.picture = { ...this.picture, ...news };
    this.host.changed();
  }

  /** What was found of another setting says nothing of this one. @param {RecordId} id @param {Partial<Setting>} change */
  change(id, change) {
    const { settings, outcomes } = this.picture;
    const { [id]: _, ...others } = outcomes;
    const next = { ...settings, [id]: changed(settings[id], change) };
    const news = `${recordOf(id).key} has another setting, which is not graded yet.`;
    this.show({ settings: next, outcomes: others, news });
  }

  /** One luck for all five, each time the next. */
  async tryOne() {
    const seed = this.picture.lucks + 1;
    if (await this.measure({ from: seed, to: seed }, records)) this.show({ lucks: seed });
  }

  /** Whatever has no grade yet gets one, on lucks that no grade has had. */
  gradeAll() {
    return this.gradeThese(records.filter(({ id }) => !isGrade(this.picture.outcomes[id])));
  }

  again() {
    return this.gradeThese(records);
  }

  /** @param {StoreRecord[]} some */
  async gradeThese(some) {
    const { round } = this.picture;
    if (await this.measure(seedsOf(round), some)) this.show({ round: round + 1 });
  }

  /** @param {Seeds} seeds @param {StoreRecord[]} some @returns {Promise<boolean>} false when it was stopped */
  async measure(seeds, some) {
    const engine = this.running();
    const { settings } = this.picture;
    const runs = seeds.to - seeds.from + 1;
    const keyOf = (/** @type {Setting} */ setting) => `${nameOf(setting)} ${seeds.from} ${seeds.to}`;
    // Records with equal settings share their runs.
    const wanted = [...new Map(some.map(({ id }) => [keyOf(settings[id]), settings[id]]))].filter(
      ([key]) => !this.known.has(key),
    );
    const total = wanted.length * runs;
    const found = await this.work.run({ done: 0, total }, async (signal, report) => {
      let done = 0;
      for (const [key, setting] of wanted) {
        const onRuns = (/** @type {number} */ more) => {
          done += more;
          report({ done, total });
        };
        this.known.set(key, await grade(engine, setting, seeds, { signal, onRuns }));
      }
      /** @type {Partial<Record<RecordId, Outcome>>} */
      const found = {};
      for (const { id } of some) {
        const graded = /** @type {Graded} */ (this.known.get(keyOf(settings[id])));
        const seed = graded.brokenSeed[id];
        const run = seed === null ? '' : await runThatBroke(engine, settings[id], seed, id);
        signal.throwIfAborted();
        found[id] = { seeds, graded, seed, run };
      }
      return found;
    });
    if (!found) {
      this.show({ news: 'Stopped. What was found before still stands.' });
      return false;
    }
    const outcomes = { ...this.picture.outcomes, ...found };
    const fails = (outcomes.counter?.graded.broken.counter ?? 0) > 0;
    const offers = fails && !this.picture.offered;
    const next = { ...this.picture, outcomes, offered: this.picture.offered || fails };
    this.show({ ...next, news: recordsNews(next, { seeds, offers }) });
    return true;
  }
}
