// Fig 6-4, two worlds: the state of the figure, and what each press does. The numbers are worlds-measure.js, the picture
// worlds-view.js.
import { encodeLink } from '../engine/link.js';
import {
  measureWorld,
  requests,
  scenarioFor,
  slowest,
  troubleOf,
  ways,
  whereTheyPart,
} from './worlds-measure.js';
import { newsOf } from './worlds-news.js';
import { marksInOrder, noMarks, stopsAt } from './worlds-state.js';
import { worldsFrame } from './worlds-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Trouble, Way, Wire, World } from './worlds-measure.js' */
/** @import { Decision, Mark, Marks, WorldsPicture } from './worlds-state.js' */

/** From one request to the next, while they run: time to read what it was told. */
const paceMs = 1600;

/** The story's: C alone on the other side. @type {Trouble} */
export const firstTrouble = { hit: ['AC', 'BC'], ms: null };

/** The figure before the first press. @param {Record<Way, World>} worlds of a whole network @returns {WorldsPicture} */
export function stillWorlds(worlds) {
  /** @type {WorldsPicture} */
  const picture = {
    live: false,
    trouble: { hit: [], ms: null },
    worlds,
    doubt: null,
    marks: noMarks(),
    at: 0,
    seen: 0,
    running: false,
    tried: false,
    third: null,
    news: '',
  };
  return { ...picture, news: newsOf(picture) };
}

export class WorldsFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    /** @type {WorldsPicture} */
    this.picture = stillWorlds(/** @type {any} */ ({}));
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    await this.begin();
    if (link && opened) await this.open(troubleOf(link.scenario), opened);
  }

  async begin() {
    this.cancel();
    const { worlds } = await this.measured({ hit: [], ms: null });
    this.picture = { ...stillWorlds(worlds), live: true };
  }

  async reset() {
    await this.begin();
    this.host.changed();
  }

  /** @param {Trouble} trouble @param {URLSearchParams} opened */
  async open(trouble, opened) {
    const seen = inRun(opened.get('seen') ?? opened.get('at'));
    const third = decisions.find((one) => one === opened.get('third'));
    await this.setTrouble(trouble);
    this.show({
      marks: readMarks(opened.get('marks') ?? ''),
      at: Math.min(seen, inRun(opened.get('at'))),
      seen,
      tried: trouble.ms !== null || seen === requests.length,
      third: (seen === requests.length && third) || null,
    });
  }

  async link() {
    if (!this.engine) throw new Error('the figure is not running');
    const { trace_version } = await this.engine.about();
    const { trouble, at, seen, marks, third } = this.picture;
    return {
      at: String(at),
      seen: String(seen),
      marks: ways.map((way) => marks[way].map((mark) => mark[0] ?? '-').join('')).join('.'),
      ...(third ? { third } : {}),
      run: encodeLink({ scenario: scenarioFor(trouble, 'refuse'), position: 0, trace_version }),
    };
  }

  view() {
    const press = (/** @type {() => Promise<void> | void} */ task) => this.host.run(async () => task());
    return worldsFrame(this.picture, {
      toggleWire: (wire) => press(() => this.toggleWire(wire)),
      cutOff: () => press(() => this.setTrouble(firstTrouble)),
      setMs: (ms) => press(() => this.setMs(ms)),
      mark: (way, at, mark) => press(() => this.mark(way, at, mark)),
      run: () => press(() => this.run()),
      next: () => press(() => this.step()),
      seek: (at) => press(() => this.seek(at)),
      third: () => press(() => this.toggleThird()),
      decide: (way) => press(() => this.show({ third: way, at: requests.length })),
    });
  }

  /** @param {Partial<WorldsPicture>} news */
  show(news) {
    const next = { ...this.picture, ...news };
    this.picture = { ...next, news: newsOf(next) };
    this.host.changed();
  }

  /** @param {Trouble} trouble */
  async measured(trouble) {
    const engine = this.engine;
    if (!engine) throw new Error('the figure is not running');
    const refuse = await measureWorld(engine, trouble, 'refuse');
    const answer = await measureWorld(engine, trouble, 'answer');
    const doubt = refuse.hash === answer.hash ? null : await whereTheyPart(engine, trouble);
    return { worlds: { refuse, answer }, doubt };
  }

  /** Another trouble is another run, of which nothing is known yet, but for what is kept. @param {Trouble} trouble @param {Partial<WorldsPicture>} [kept] */
  async setTrouble(trouble, kept) {
    this.cancel();
    const news = await this.measured(trouble);
    const next = { trouble, ...news, marks: noMarks(), at: 0, seen: 0, third: null, ...kept };
    this.show({ ...next, at: stopsAt({ ...this.picture, ...next }) ?? next.at });
  }

  /** Slower or cut, on the same wires: a run that was seen to its end is compared with one that is. @param {number | null} wanted */
  setMs(wanted) {
    const { trouble, seen, third } = this.picture;
    const ms = wanted === null ? null : Math.min(slowest, Math.max(0, Math.round(wanted)));
    const kept = seen === requests.length ? { at: seen, seen, third: third && stopped } : {};
    return this.setTrouble({ ...trouble, ms }, kept);
  }

  /** @param {Wire} wire */
  toggleWire(wire) {
    const { hit, ms } = this.picture.trouble;
    return this.setTrouble({
      hit: hit.includes(wire) ? hit.filter((one) => one !== wire) : [...hit, wire].sort(),
      ms,
    });
  }

  /** @param {Way} way @param {number} at @param {Mark} wanted */
  mark(way, at, wanted) {
    const { marks } = this.picture;
    const changed = marks[way].map((mark, place) => (place === at ? wanted : mark));
    this.show({ marks: { ...marks, [way]: changed } });
  }

  /** Runs, pauses, or runs on. */
  async run() {
    if (this.picture.running) return this.seek(this.picture.at);
    if (this.picture.at === requests.length) this.show({ at: 0, third: null });
    if (globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? true)
      return this.seek(requests.length);
    this.picture.running = true;
    await this.tick();
  }

  async tick() {
    if (!this.picture.running) return;
    this.goTo(this.picture.at + 1);
    if (!this.picture.running) return;
    this.timer = setTimeout(() => this.host.run(() => this.tick()), paceMs);
  }

  step() {
    this.seek(this.picture.at + 1);
  }

  /** @param {number} at */
  seek(at) {
    this.cancel();
    this.goTo(at);
  }

  /** @param {number} wanted */
  goTo(wanted) {
    const at = Math.min(requests.length, Math.max(0, wanted));
    const ended = at === requests.length;
    if (ended) this.cancel();
    this.show({ at, seen: Math.max(at, this.picture.seen), tried: this.picture.tried || ended });
  }

  toggleThird() {
    this.cancel();
    const third = this.picture.third ? null : stopped;
    // All worlds are shown at the moment at which it must choose.
    this.show({ third, at: stopsAt({ ...this.picture, third }) ?? requests.length });
  }

  cancel() {
    clearTimeout(this.timer);
    this.picture.running = false;
  }

  pause() {
    clearTimeout(this.timer);
  }

  resume() {
    if (this.picture.running) this.host.run(() => this.tick());
  }

  stop() {
    this.cancel();
  }
}

/** A number of requests, as a link says it. @param {string | null} text */
function inRun(text) {
  const number = Number(text);
  return Number.isSafeInteger(number) ? Math.min(requests.length, Math.max(0, number)) : 0;
}

/** @type {Decision} */
const stopped = 'stopped';
/** @type {Decision[]} */
const decisions = [stopped, 'refuse', 'answer'];

/** @param {string} text two words of six letters @returns {Marks} */
function readMarks(text) {
  const marks = noMarks();
  const words = text.split('.');
  for (const [at, way] of ways.entries()) {
    marks[way] = marks[way].map((none, place) => {
      const letter = words[at]?.[place];
      return /** @type {Mark} */ (marksInOrder.find((mark) => mark !== '' && mark[0] === letter) ?? none);
    });
  }
  return marks;
}
