// Fig 6-5, data partition: the state of the figure, and what each press does. The numbers are partition-measure.js, the
// picture partition-view.js, what a link holds partition-link.js.
import base from '../../content/scenarios/data-partition.json' with { type: 'json' };
import { encodeLink } from '../engine/link.js';
import { readGuesses, readSeeds, writeGuesses, writeSeeds } from './partition-link.js';
import {
  firstRing,
  keyOf,
  measureHeat,
  measureJoin,
  measureRoll,
  runJoin,
  scenarioFor,
  settingOf,
} from './partition-measure.js';
import { laneNow } from './partition-news.js';
import { heatServers, nextHeat } from './partition-steps.js';
import { partitionFrame, pointChoices } from './partition-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Guess } from './partition-guess.js' */
/** @import { Points, Setting } from './partition-measure.js' */
/** @import { PartitionPicture } from './partition-view.js' */

/** The figure before anything was rolled. @param {number | null} keyAt @returns {PartitionPicture} */
export function stillPartition(keyAt) {
  return {
    live: false,
    servers: base.cluster.nodes,
    points: 1,
    lanes: pointChoices.map((points) => ({ points, guess: null, seeds: [], rolls: [] })),
    roll: null,
    keyAt,
    join: null,
    liveJoin: null,
    heat: [],
  };
}

export class PartitionFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    this.picture = stillPartition(null);
    /** @type {Engine | null} */
    this.engine = null;
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    const { ring } = await measureRoll(engine, { points: 1, seed: firstRing });
    this.picture = { ...stillPartition(keyOf(ring).at), live: true };
    if (link && opened) await this.open(settingOf(link.scenario), opened);
  }

  /** As a link says: its rings are rolled again. @param {Setting} setting @param {URLSearchParams} opened */
  async open({ points }, opened) {
    const guesses = readGuesses(opened.get('guess') ?? '');
    const seeds = readSeeds(opened.get('rings') ?? '');
    for (const lane of this.picture.lanes) {
      this.picture.points = lane.points;
      this.setGuess(guesses.get(lane.points) ?? null);
      for (const seed of seeds.get(lane.points) ?? []) await this.roll(seed);
    }
    await this.setPoints(points);
    const steps = (opened.get('steps') ?? '').split('.');
    if (steps.includes('join') || steps.includes('run')) await this.toggleJoin();
    if (steps.includes('run')) await this.runJoin();
    const heat = Number(steps.find((step) => step.startsWith('hot'))?.slice(3) ?? 0);
    for (let at = 0; at < Math.min(heat, heatServers.length); at++) await this.addHeat();
  }

  async reset() {
    this.picture = { ...stillPartition(this.picture.keyAt), live: true };
    this.host.changed();
  }

  async link() {
    if (!this.engine) throw new Error('the figure is not running');
    const { trace_version } = await this.engine.about();
    const { points, lanes, roll, join, liveJoin, heat } = this.picture;
    const scenario = scenarioFor(roll?.setting ?? { points, seed: firstRing });
    const steps = [
      ...(liveJoin ? ['run'] : join ? ['join'] : []),
      ...(heat.length ? [`hot${heat.length}`] : []),
    ];
    return {
      guess: writeGuesses(lanes),
      rings: writeSeeds(lanes),
      steps: steps.join('.'),
      run: encodeLink({ scenario, position: 0, trace_version }),
    };
  }

  view() {
    return partitionFrame(this.picture, {
      guess: (guess) => this.setGuess(guess),
      roll: () => this.host.run(() => this.roll()),
      setPoints: (points) => this.host.run(() => this.setPoints(points)),
      toggleJoin: () => this.host.run(() => this.toggleJoin()),
      runJoin: () => this.host.run(() => this.runJoin()),
      addHeat: () => this.host.run(() => this.addHeat()),
    });
  }

  /** @param {Partial<PartitionPicture>} news */
  show(news) {
    this.picture = { ...this.picture, ...news };
    this.host.changed();
  }

  /** @param {Partial<import('./partition-guess.js').Lane>} news of the points as they stand */
  showLane(news) {
    const { lanes, points } = this.picture;
    this.show({ lanes: lanes.map((lane) => (lane.points === points ? { ...lane, ...news } : lane)) });
  }

  /** @param {Guess} guess */
  setGuess(guess) {
    this.showLane({ guess });
  }

  /** Rolls the dice: the next ring, or the one of a link. */
  async roll(seed = Math.max(firstRing - 1, ...laneNow(this.picture).seeds) + 1) {
    if (!this.engine) return;
    const roll = await measureRoll(this.engine, { points: this.picture.points, seed });
    const lane = laneNow(this.picture);
    this.showLane({ seeds: [...lane.seeds, seed], rolls: [...lane.rolls, roll.ring.max_over_mean] });
    await this.showRoll(roll);
  }

  /** @param {Points} points */
  async setPoints(points) {
    if (!this.engine) return;
    this.show({ points });
    const seed = laneNow(this.picture).seeds.at(-1);
    await this.showRoll(seed === undefined ? null : await measureRoll(this.engine, { points, seed }));
  }

  /** @param {import('./partition-measure.js').Roll | null} roll */
  async showRoll(roll) {
    if (!this.engine) return;
    const join = roll && this.picture.join ? await measureJoin(this.engine, roll) : null;
    this.show({ roll, join, liveJoin: null, heat: [] });
  }

  async toggleJoin() {
    const { roll, join } = this.picture;
    if (!this.engine || !roll) return;
    this.show({ join: join ? null : await measureJoin(this.engine, roll), liveJoin: null, heat: [] });
  }

  async runJoin() {
    const { roll, join } = this.picture;
    if (!this.engine || !roll || !join) return;
    this.show({ liveJoin: await runJoin(this.engine, join, roll.setting) });
  }

  async addHeat() {
    const { roll, heat } = this.picture;
    if (!this.engine || !roll) return;
    const servers = nextHeat(this.picture);
    this.show({ heat: servers ? [...heat, await measureHeat(this.engine, roll.setting, servers)] : [] });
  }
}
