// One bad day on five stores: the state of the figure, and what each press does. The stores and the day are day-parts.js,
// the numbers day-measure.js, the picture day-view.js.
import { encodeLink } from '../engine/link.js';
import { OneJob } from '../engine/one-job.js';
import { measureDay } from './day-measure.js';
import { dayHours, dayOf, daySeed, presets } from './day-parts.js';
import { dayFrame } from './day-view.js';
import { bets, betWords, nameOf, tableWords } from './day-words.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { DayResult } from './day-measure.js' */
/** @import { DayPicture } from './day-view.js' */

/** @typedef {{store: string, hour: number, done: number, total: number}} Progress */

const firstNews = 'First bet. Then run the day, on one store after the other.';

/** The figure before the bet. @returns {DayPicture} */
export const stillDay = () => ({
  live: false,
  bet: null,
  seed: daySeed,
  results: new Map(),
  links: {},
  running: null,
  news: firstNews,
});

/** Seeds of a link that are none of ours. */
const mostSeed = 1_000_000;

export class DayFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    this.picture = stillDay();
    /** @type {OneJob<Progress>} */
    this.job = new OneJob(() => this.change({ running: this.job.progress }));
    /** What waits for the screen, while the figure is off it. @type {(() => void) | null} */
    this.waiting = null;
    this.isPaused = false;
  }

  /** @param {Engine} engine @param {unknown} _link @param {URLSearchParams | null} opened */
  async start(engine, _link, opened) {
    this.engine = engine;
    // It arrives while the reader thinks about the bet.
    await engine.about();
    this.picture = { ...stillDay(), live: true };
    const bet = opened?.get('said') ?? null;
    if (!opened || !bets.some(([id]) => id === bet)) return;
    const seed = Number(opened.get('seed') ?? daySeed);
    const known = Number.isInteger(seed) && seed >= 0 && seed <= mostSeed;
    this.place(/** @type {string} */ (bet), known ? seed : daySeed);
    // The page does not wait for it.
    if (opened.get('ran') === '1') this.host.run(async () => void this.run());
  }

  async reset() {
    this.cancel();
    this.picture = { ...stillDay(), live: true };
    this.host.changed();
  }

  async link() {
    const { bet, seed, results } = this.picture;
    return /** @type {Record<string, string>} */ ({
      ...(bet === null ? {} : { said: bet }),
      ...(seed === daySeed ? {} : { seed: `${seed}` }),
      ...(results.size === presets.length ? { ran: '1' } : {}),
    });
  }

  view() {
    return dayFrame(this.picture, {
      bet: (bet) => this.place(bet, this.picture.seed),
      run: () => this.host.run(async () => void this.run()),
      stop: () => this.stop(),
      again: () =>
        this.host.run(async () => {
          this.change({ seed: this.picture.seed + 1, results: new Map(), links: {} });
          void this.run();
        }),
    });
  }

  pause() {
    this.isPaused = true;
  }

  resume() {
    this.isPaused = false;
    this.waiting?.();
    this.waiting = null;
  }

  /** Ends the work under way, also where it waits for the screen. */
  cancel() {
    this.job.stop();
    this.waiting?.();
    this.waiting = null;
  }

  /** @param {string} bet @param {number} seed */
  place(bet, seed) {
    this.change({ bet, seed, news: 'The bet stands. Run the day.' });
  }

  /** @param {Partial<DayPicture>} news */
  change(news) {
    this.picture = { ...this.picture, ...news };
    this.host.changed();
  }

  stop() {
    this.cancel();
    const { size } = this.picture.results;
    this.change({ news: `Stopped. ${size} of ${presets.length} stores have lived through the day.` });
  }

  /** The stores whose day is not over yet, one after the other. A failure is the host's to show. */
  async run() {
    const { engine } = this;
    if (!engine || this.job.isRunning) return;
    try {
      await this.job.run(this.progressAt(presets[0].id, 0), async (signal, report) => {
        for (const preset of presets) {
          if (this.picture.results.has(preset.id)) continue;
          this.change({ news: `The day of “${preset.name}” …` });
          const day = await measureDay(engine, preset, {
            seed: this.picture.seed,
            signal,
            onHour: async (hour) => {
              report(this.progressAt(preset.id, hour));
              if (this.isPaused) await new Promise((resolve) => (this.waiting = () => resolve(null)));
            },
          });
          signal.throwIfAborted();
          this.add(preset.id, day);
        }
      });
    } catch (error) {
      this.host.run(async () => {
        throw error;
      });
    }
    const { bet, results } = this.picture;
    if (results.size < presets.length) return;
    this.change({ news: `${betWords(bet ?? 'unsure', results)} ${tableWords(results)}` });
  }

  /** @param {string} id @param {number} hour @returns {Progress} */
  progressAt(id, hour) {
    const done = this.picture.results.size * dayHours + hour;
    return { store: nameOf(id), hour, done, total: presets.length * dayHours };
  }

  /** @param {string} id @param {DayResult} day */
  add(id, day) {
    const { results, links, seed } = this.picture;
    const preset = presets.find((one) => one.id === id) ?? presets[0];
    const { position, trace_version } = day;
    const run = encodeLink({ scenario: dayOf(preset, seed), position, trace_version });
    this.change({ results: new Map([...results, [id, day]]), links: { ...links, [id]: run } });
  }
}
