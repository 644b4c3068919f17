// Fig 6-6 b, any three of thirty machines die: the state of the figure, and what each press does. The numbers are
// loss-measure.js, the picture loss-view.js.
import { encodeLink } from '../engine/link.js';
import { choices, measureRisk, names, pointChoices, pointsOf, rolled, scenarioFor } from './loss-measure.js';
import { allNews, deadNews, lossFrame, pointWords, rollsNews } from './loss-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Points } from './loss-measure.js' */
/** @import { LossPicture } from './loss-view.js' */

/** A link may ask for so many throws. */
const mostRolls = 10_000;

/** The figure before anything died. @returns {LossPicture} */
export function stillLoss() {
  return {
    live: false,
    points: 1,
    risks: {},
    dead: [],
    rolls: { 1: 0, 16: 0, 256: 0 },
    shown: [],
    news: `All ${names.length} machines are alive, and each key has three copies on three of them.`,
  };
}

export class LossFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    this.picture = stillLoss();
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    await this.begin();
    if (link && opened) await this.open(pointsOf(link.scenario), opened);
  }

  async begin() {
    const risk = await measureRisk(this.running(), 1);
    this.picture = { ...stillLoss(), live: true, risks: { 1: risk } };
  }

  /** @param {Points} points @param {URLSearchParams} opened */
  async open(points, opened) {
    const { rolls, risks } = this.picture;
    const all = (opened.get('all') ?? '').split('.').map(Number);
    for (const [choice, times] of pairs(opened.get('rolls') ?? '')) rolls[choice] = times;
    const shown = pointChoices.filter((choice) => all.includes(choice));
    for (const choice of pointChoices)
      if (rolls[choice] > 0 || shown.includes(choice)) risks[choice] = await this.riskOf(choice);
    const dead = (opened.get('dead') ?? '').split('.').map((name) => names.indexOf(name));
    risks[points] = await this.riskOf(points);
    const known = [...new Set(dead)].filter((machine) => machine >= 0).slice(0, 3);
    this.picture = { ...this.picture, points, rolls, risks, shown, dead: known };
    this.show({ news: deadNews(this.picture) });
  }

  async reset() {
    await this.begin();
    this.host.changed();
  }

  async link() {
    const { trace_version } = await this.running().about();
    const { points, rolls, shown, dead } = this.picture;
    const run = encodeLink({ scenario: scenarioFor(points), position: 0, trace_version });
    const thrown = pointChoices.filter((choice) => rolls[choice] > 0);
    return {
      rolls: thrown.map((choice) => `${choice}:${rolls[choice]}`).join(','),
      all: shown.join('.'),
      dead: dead.map((machine) => names[machine]).join('.'),
      run,
    };
  }

  view() {
    return lossFrame(this.picture, {
      setPoints: (points) => this.host.run(() => this.setPoints(points)),
      toggle: (machine) => this.host.run(async () => this.toggle(machine)),
      roll: (times) => this.host.run(async () => this.roll(times)),
      showAll: () => this.host.run(async () => this.showAll()),
    });
  }

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  /** @param {Partial<LossPicture>} news */
  show(news) {
    this.picture = { ...this.picture, ...news };
    this.host.changed();
  }

  /** @param {Points} points */
  async riskOf(points) {
    return this.picture.risks[points] ?? (await measureRisk(this.running(), points));
  }

  /** @param {Points} points */
  async setPoints(points) {
    const risks = { ...this.picture.risks, [points]: await this.riskOf(points) };
    const picture = { ...this.picture, points, risks };
    const news = picture.rolls[points] > 0 ? rollsNews(picture) : `${pointWords(points)}, and the same dice.`;
    this.show({ ...picture, dead: [], news });
  }

  /** The first of three comes back when a fourth dies. @param {number} machine */
  toggle(machine) {
    const { dead } = this.picture;
    const now = dead.includes(machine) ? dead.filter((one) => one !== machine) : [...dead, machine].slice(-3);
    const back = dead.filter((one) => one !== machine && !now.includes(one));
    const alive = back.map((one) => `Three at a time: machine ${names[one]} is alive again. `).join('');
    this.show({ dead: now, news: alive + deadNews({ ...this.picture, dead: now }) });
  }

  /** @param {number} times */
  roll(times) {
    const { points } = this.picture;
    const count = Math.min(mostRolls, this.picture.rolls[points] + times);
    const rolls = { ...this.picture.rolls, [points]: count };
    const picture = { ...this.picture, rolls, dead: choices[rolled(count)] };
    this.show({ ...picture, news: times === 1 ? deadNews(picture) : rollsNews(picture) });
  }

  showAll() {
    const { shown, points } = this.picture;
    if (shown.includes(points)) return this.show({ shown: shown.filter((one) => one !== points) });
    const picture = { ...this.picture, shown: [...shown, points] };
    this.show({ ...picture, dead: [], news: allNews(picture) });
  }
}

/** "1:100,16:3": how often for which points. @param {string} written @returns {[Points, number][]} */
function pairs(written) {
  return written
    .split(',')
    .map((pair) => pair.split(':').map(Number))
    .filter(
      ([points, times]) =>
        pointChoices.some((choice) => choice === points) && times > 0 && times <= mostRolls,
    )
    .map(([points, times]) => [/** @type {Points} */ (points), Math.floor(times)]);
}
