// Fig 6-4, two worlds: the state of the figure, and what each press does. The numbers are worlds-measure.js, the picture
// worlds-view.js.
import { encodeLink } from '../engine/link.js';
import {
  before,
  measureWorld,
  requests,
  scenarioFor,
  slowest,
  troubleOf,
  until,
  ways,
  whereTheyPart,
} from './worlds-measure.js';
import { newsOf } from './worlds-news.js';
import { marksInOrder, shownIn, worldsFrame } from './worlds-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Trouble, Way, Wire, World } from './worlds-measure.js' */
/** @import { Decision, Mark, Marks, WorldsPicture } from './worlds-view.js' */

/** From one request to the next, while they run. */
const paceMs = 420;
const marked = until - before;

/** The story's: C alone on the other side. @type {Trouble} */
export const firstTrouble = { hit: ['AC', 'BC'], ms: null };

/** @returns {Marks} */
const noMarks = () => ({ refuse: Array(marked).fill(''), answer: Array(marked).fill('') });

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
    this.running = false;
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
    const at = Number(opened.get('at') ?? 0);
    const third = opened.get('third');
    await this.setTrouble(trouble);
    this.show({
      marks: readMarks(opened.get('marks') ?? ''),
      at: Number.isSafeInteger(at) ? Math.min(requests.length, Math.max(0, at)) : 0,
      tried: trouble.ms !== null || at >= requests.length,
      third: decisions.find((one) => one === third) ?? null,
    });
  }

  async link() {
    if (!this.engine) throw new Error('the figure is not running');
    const { trace_version } = await this.engine.about();
    const { trouble, at, marks, third } = this.picture;
    return {
      at: String(at),
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
      setMs: (ms) => press(() => this.setTrouble({ ...this.picture.trouble, ms })),
      mark: (way, at) => press(() => this.mark(way, at)),
      run: () => press(() => this.run()),
      next: () => press(() => this.step()),
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
    return { worlds: { refuse, answer }, doubt: await whereTheyPart(engine, trouble) };
  }

  /** Another trouble is another run; once one was seen to its end, the next is shown to its end. @param {Trouble} trouble */
  async setTrouble(trouble) {
    this.cancel();
    const ms = trouble.ms === null ? null : Math.min(slowest, Math.max(0, Math.round(trouble.ms)));
    const news = await this.measured({ ...trouble, ms });
    const { tried, third } = this.picture;
    this.show({
      trouble: { ...trouble, ms },
      ...news,
      marks: noMarks(),
      at: tried ? requests.length : 0,
      third: third && 'stopped',
    });
  }

  /** @param {Wire} wire */
  toggleWire(wire) {
    const { hit, ms } = this.picture.trouble;
    return this.setTrouble({
      hit: hit.includes(wire) ? hit.filter((one) => one !== wire) : [...hit, wire].sort(),
      ms,
    });
  }

  /** To the next mark: none, answered, refused, wrong. @param {Way} way @param {number} at */
  mark(way, at) {
    const { marks } = this.picture;
    const next = marksInOrder[(marksInOrder.indexOf(marks[way][at]) + 1) % marksInOrder.length];
    const changed = marks[way].map((mark, place) => (place === at ? next : mark));
    this.show({ marks: { ...marks, [way]: changed } });
  }

  async run() {
    if (this.picture.at === requests.length) this.show({ at: 0, third: null });
    if (globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? true) {
      this.show({ at: requests.length, tried: true });
      return;
    }
    this.running = true;
    await this.tick();
  }

  async tick() {
    await this.step();
    if (!this.running) return;
    this.timer = setTimeout(() => this.host.run(() => this.tick()), paceMs);
  }

  async step() {
    const at = Math.min(this.picture.at + 1, requests.length);
    const ended = at === requests.length;
    if (ended) this.cancel();
    this.show({ at, tried: this.picture.tried || ended });
  }

  toggleThird() {
    this.cancel();
    const third = this.picture.third ? null : /** @type {Decision} */ ('stopped');
    this.show({ third, at: Math.max(this.picture.at, third ? shownIn({ ...this.picture, third }) : 0) });
  }

  cancel() {
    clearTimeout(this.timer);
    this.running = false;
  }

  pause() {
    clearTimeout(this.timer);
  }

  resume() {
    if (this.running) this.host.run(() => this.tick());
  }

  stop() {
    this.cancel();
  }
}

/** @type {Decision[]} */
const decisions = ['stopped', 'refuse', 'answer'];

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
