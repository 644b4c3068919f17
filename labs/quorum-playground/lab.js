// The lab without its pictures: it holds the run on the stage, the player, the story and the trials, and offers what a
// person can do as methods. The element draws it and calls those methods; nothing here touches the page.
import { versionNote } from '../../web/engine/link.js';
import { capital, formatName } from '../../web/ui/format.js';
import { animationFrames, Player } from '../../web/ui/player.js';
import { Assignment } from './assignment.js';
import { Detour } from './detour.js';
import { Measuring } from './measuring.js';
import { narrate } from './narrate.js';
import { recallAllControls, rememberAllControls } from './remember.js';
import { Run } from './run.js';
import {
  getAction,
  putAction,
  sameQuorum,
  storyKey,
  storyMachines,
  storyQuorum,
  storyScenario,
  storySeed,
  withinLimits,
  withQuorum,
} from './scenario.js';
import { lit, nextPhase } from './story.js';
import { Tale } from './tale.js';
import { Trials } from './trials.js';

/** @import { Action, Data, PromiseId, Scenario, StageMessage } from '../../web/engine/engine.d.ts' */
/** @import { Engine } from '../../web/engine/client.js' */
/** @import { Link } from '../../web/engine/link.js' */
/** @import { FrameClock, Pace } from '../../web/ui/player.js' */
/** @import { Judging } from './judging.js' */
/** @import { Quorum } from './scenario.js' */
/** @import { Phase, Turn } from './story.js' */

/** A longer history is judged only when the run stands still. */
const quicklyJudged = 200;

/** Viewing time of one event while a try is replayed: it has been seen once, slowly. */
const replayEachMs = 260;

/** @typedef {{title: string, text: string, way: 'page' | 'lab' | 'none'}} Problem */

/**
 * What is loaded when it is first needed.
 * @typedef {{judging: typeof import('./judging.js'), challenges: typeof import('./challenges.js'),
 *   stories: typeof import('./stories.js')}} Parts
 */

/**
 * What the lab asks of its surroundings.
 * @typedef {object} Surroundings
 * @property {() => Engine} engine
 * @property {() => void} draw            the lab has changed
 * @property {(displayUs: number) => void} frame  only the time on show has changed
 * @property {(sentence: string) => void} say
 * @property {(selector: string) => void} focus  when it has been drawn
 * @property {(name: 'ready' | 'statechange' | 'complete') => void} tell
 * @property {<Name extends keyof Parts>(name: Name) => Promise<Parts[Name]>} part
 * @property {() => boolean} still        reduced motion
 * @property {FrameClock} [clock]
 */

export class Lab {
  /** @type {Run | null} */
  run = null;
  /** @type {Phase} */
  phase = 'ask';
  /** What the reader expects client 2 to get. @type {string | null} */
  guess = null;
  /** N, W and R as the next request or replay will have them. @type {Quorum} */
  quorum = storyQuorum;
  /** The setting whose numbers stay beside the new ones. @type {Quorum} */
  before = storyQuorum;
  /** A replay with another W or R is under way; its lucks follow. */
  trying = false;
  allControls = recallAllControls();
  /** Whose copies are on the stage. @type {Data} */
  key = storyKey;
  /** What happened last, in a sentence. */
  sentence = '';
  /** What went wrong, for the reader, and what to reload, if anything. @type {Problem | null} */
  problem = null;
  /** A link named this run. */
  fromLink = false;
  /** What the reader must know of that link. */
  linkNote = '';
  /** @type {Trials | null} */
  trials = null;
  seed = storySeed;
  /** @type {Partial<Parts>} */
  parts = {};
  /** @type {Judging | null} */
  judging = null;
  #startQuorum = storyQuorum;
  /** The story's results outlive a reset. @type {Trials | null} */
  #storyTrials = null;
  /** Each opening has a number, so that what belongs to an older one is dropped. */
  #opening = 0;
  /** @type {Engine | null} */
  #engine = null;

  /** @param {Surroundings} around */
  constructor(around) {
    this.around = around;
    this.clock = around.clock ?? animationFrames;
    this.player = new Player({
      drive: {
        status: () => this.#run.status,
        quiet: () => this.#run.quiet,
        step: (bounds) => this.#move(() => this.#run.step(bounds)),
        seek: (position) => this.#move(() => this.#run.seek(position)),
      },
      clock: this.clock,
      onFrame: () => around.frame(this.player.displayUs),
      onChange: () => {
        around.draw();
        this.judge();
      },
      still: around.still,
    });
    this.measuring = new Measuring(this);
    this.detour = new Detour(this);
    this.assignment = new Assignment(this);
    this.tale = new Tale(this);
  }

  /** The challenge that is on, if one is. */
  get challenge() {
    return this.assignment.challenge;
  }

  get #run() {
    if (!this.run) throw new Error('no run is open');
    return this.run;
  }

  get lit() {
    if (this.tale.story) return this.tale.lit;
    return this.challenge?.lit ?? lit(this.phase, this.allControls || this.fromLink);
  }

  /** Why a setting cannot be changed now; '' when it can. @param {'n' | 'w' | 'r'} name */
  locked(name) {
    return this.challenge && !this.challenge.frees(name) ? 'locked in this challenge' : '';
  }

  /** Whether the lab may show how a promise is broken: not before a challenge's goal is met. */
  get helps() {
    return !this.challenge || this.challenge.wasMet;
  }

  /** How many machines the run on the stage has. */
  get machines() {
    return this.run?.stage.settings.nodes ?? storyMachines;
  }

  /** Whether the run on the stage is the one that was chosen because it goes wrong. */
  get isChosenRun() {
    return (
      this.seed === storySeed &&
      sameQuorum(this.#startQuorum, storyQuorum) &&
      !this.fromLink &&
      !this.detour.found &&
      !this.challenge &&
      !this.tale.story
    );
  }

  /**
   * The story from its first screen.
   * @param {{seed?: number, quorum?: Quorum}} [settings]
   */
  async openStory({ seed = storySeed, quorum = storyQuorum } = {}) {
    this.seed = seed;
    this.#startQuorum = quorum;
    await this.guard(async () => {
      const scenario = storyScenario(quorum, seed);
      // One click before the surprise.
      await this.show(scenario, { until: (run) => isDone(run, putAction) });
      this.#ownRun();
      this.#storyTrials ??= this.trialsIn(scenario);
      this.trials = this.#storyTrials;
      this.guess = null;
      this.before = quorum;
      this.fromLink = false;
      this.linkNote = '';
      this.turn('restarted');
      this.around.tell('ready');
    });
  }

  /**
   * A run that a link names, at its position. A link that cannot be opened gives a sentence, and the story.
   * @param {() => Link | null} read  throws an Error with a sentence
   * @returns {Promise<boolean>} false when there is no link at all
   */
  async openLink(read) {
    try {
      const link = read();
      if (!link) return false;
      const note = await versionNote(link, this.engine);
      if (link.challenge && (await this.assignment.open(link, link.challenge))) return true;
      await this.show(link.scenario, { position: link.position });
      this.#ownRun();
      this.trials = this.trialsIn(link.scenario);
      this.fromLink = true;
      this.linkNote = link.challenge
        ? `Its challenge, “${link.challenge}”, is not here. ${note}`.trim()
        : note;
      this.before = this.quorum;
      this.turn('freed');
      if (this.linkNote) this.around.say(this.linkNote);
      this.around.tell('ready');
    } catch (error) {
      await this.openStory();
      this.#fail('This link cannot be opened; here is the lab’s own run.', error);
    }
    return true;
  }

  /** Back to the first screen, or to the challenge's; what was measured is kept. */
  async reset() {
    this.sentence = '';
    if (this.challenge) return this.assignment.start(this.challenge.id);
    if (this.tale.story) return this.tale.open(this.tale.story.id, this.tale.mended);
    await this.openStory({ seed: this.seed, quorum: this.#startQuorum });
    this.around.say('The lab is back at its start.');
  }

  /** @param {string} guess */
  answer(guess) {
    this.guess = guess;
    this.turn('answered');
    this.player.play({ stopWhen: () => this.phase !== 'reading' });
  }

  /** Play or pause. */
  togglePlay() {
    if (this.player.playing) this.player.pause();
    else this.player.play({ eachMs: this.trying ? replayEachMs : undefined });
  }

  stepForward() {
    return this.guard(() => this.player.stepForward());
  }

  stepBack() {
    return this.guard(() => this.player.stepBack());
  }

  /** @param {number} position */
  scrub(position) {
    return this.guard(() => this.player.scrub(position));
  }

  /** @param {Pace} pace */
  setPace(pace) {
    this.player.setPace(pace);
  }

  /** The same experiment with a hundred other lucks. */
  async tryLucks() {
    this.turn('lucksStarted');
    await this.guard(() => this.measuring.lucks(this.#need()));
  }

  /** Stops whatever is being computed. */
  cancel() {
    this.trials?.cancel();
    this.trying = false;
    this.turn('cancelled');
  }

  /** @param {Partial<Quorum>} change */
  async setQuorum(change) {
    const quorum = withinLimits({ ...this.quorum, ...change }, this.machines);
    const names = /** @type {('n' | 'w' | 'r')[]} */ (Object.keys(change));
    if (sameQuorum(quorum, this.quorum) || names.some((name) => this.locked(name))) return;
    const copiesChange = quorum.n !== this.quorum.n;
    this.quorum = quorum;
    await this.guard(async () => {
      try {
        if (this.phase === 'free' && !copiesChange && !this.challenge) {
          await this.player.settle();
          await this.#act({ do: 'set', w: quorum.w, r: quorum.r });
          this.around.say(`From now on W = ${quorum.w} and R = ${quorum.r}.`);
        } else {
          await this.#replay();
        }
      } catch (error) {
        if (this.quorum === quorum) this.#adoptQuorum();
        throw error;
      }
    });
  }

  /** The same luck from the start, with N, W, R as they are now. */
  replay() {
    return this.guard(() => this.#replay());
  }

  /** The share of stale reads by the age of the write: for the first setting, then for this one. */
  async measureCurve() {
    this.turn('curveStarted');
    await this.guard(() => this.measuring.curve(this.#need()));
  }

  /** The story goes on. @param {Turn} turn */
  turn(turn) {
    this.phase = nextPhase(this.phase, turn);
    this.around.draw();
  }

  /** @param {boolean} on */
  setAllControls(on) {
    this.allControls = on;
    rememberAllControls(on);
    this.around.draw();
  }

  /** The story is over: play without a task. */
  playFreely() {
    this.setAllControls(true);
    this.turn('freed');
  }

  /**
   * A put or a get by hand; it plays at once.
   * @param {Action & {key: Data}} action
   */
  async request(action) {
    await this.guard(async () => {
      await this.player.settle();
      this.key = action.key;
      await this.#act(action);
      this.player.play({ stopWhen: () => this.#isAnswered() });
    });
  }

  /** @param {string} machine @param {'crash' | 'restart'} verb */
  async setMachine(machine, verb) {
    await this.guard(async () => {
      await this.player.settle();
      await this.#act({ do: verb, node: machine });
      this.told(verb === 'crash' ? `${machine} crashed.` : `${machine} is up again.`);
    });
  }

  /**
   * A message is kept at its receiver's door from now on, or let in.
   * @param {StageMessage} message
   * @param {'hold' | 'release'} verb
   */
  async setMessage({ op, kind, from, to, held }, verb) {
    await this.guard(async () => {
      await this.player.settle();
      await this.#act({ do: verb, op, kind, from, to });
      const door = `${formatName(to)}’s door`;
      if (verb === 'hold') this.told(`The message will wait at ${door}.`);
      else if (!held) this.told(`The message will not wait at ${door}.`);
      else this.told(this.sentence || `The message at ${door} is let in.`);
    });
  }

  /**
   * The engine looks for a run that breaks a promise.
   * @param {PromiseId} promise
   * @param {boolean} [busy] with more calls than the run's own
   */
  hunt(promise, busy) {
    return this.guard(async () => this.judging?.hunt.start(promise, busy));
  }

  /** @param {Data} key */
  showKey(key) {
    this.key = key;
    this.around.draw();
  }

  /** The engine stopped and was made again: the page shows what the new one says. @param {boolean} rebuilt */
  async onEngineError(rebuilt) {
    this.player.pause();
    this.problem = {
      title: 'The engine stopped.',
      text: rebuilt
        ? 'It was started again, and you see the last state that was good. The step that failed was not repeated.'
        : 'It could not be started again.',
      way: rebuilt ? 'lab' : 'page',
    };
    if (rebuilt && this.run) {
      await this.run.refresh().catch(() => {});
      this.player.sync();
    }
    this.around.say(`${this.problem.title} ${this.problem.text}`);
    this.around.draw();
  }

  dismissProblem() {
    this.problem = null;
    this.around.draw();
  }

  /** @returns {Promise<Link>} */
  async link() {
    const run = this.#run;
    return {
      scenario: await run.scenario(),
      position: run.status.position,
      trace_version: run.hash?.trace_version ?? 1,
      ...(this.challenge ? { challenge: this.challenge.id } : {}),
    };
  }

  close() {
    this.player.pause();
    this.trials?.cancel();
    this.judging?.hunt.stop();
    this.judging?.prevention.stop();
    this.challenge?.stop();
    this.run?.close().catch(() => {});
  }

  /** Whether client 2's read of the story has its answer. */
  get readIsDone() {
    return this.run !== null && isDone(this.run, getAction);
  }

  /**
   * Another run takes the stage.
   * @param {Scenario} scenario
   * @param {{position?: number, until?: (run: Run) => boolean}} where
   */
  async show(scenario, { position = 0, until } = {}) {
    this.#opening += 1;
    const opening = this.#opening;
    this.player.pause();
    this.trials?.cancel();
    this.judging?.hunt.stop();
    this.judging?.prevention.stop();
    this.challenge?.stop();
    this.trying = false;
    const run = await Run.open(this.engine, scenario, position);
    if (until) await run.stepUntil(() => until(run));
    if (opening !== this.#opening) return run.close();
    this.run?.close().catch(() => {});
    this.run = run;
    this.judging?.forget();
    this.#adoptQuorum();
    if (run.replicasOf(this.key).length === 0) this.key = run.stage.keys[0]?.key ?? storyKey;
    this.sentence = narrate(run);
    this.problem = null;
    this.player.sync();
    this.judge();
  }

  /** Neither a run that was found nor a challenge is on the stage any more. */
  #ownRun() {
    this.detour.end();
    this.assignment.end();
    this.tale.end();
  }

  /**
   * @template {keyof Parts} Name
   * @param {Name} name
   * @returns {Promise<Parts[Name]>}
   */
  async part(name) {
    const part = await this.around.part(name);
    this.parts[name] = part;
    return part;
  }

  /** Whatever may have come to rest is judged: the run, and what it is worth in the challenge that is on. */
  async judge() {
    const { run } = this;
    if (!run) return;
    try {
      this.tale.look();
      await this.challenge?.look();
      const isRead = run.operations.some(({ do: verb, outcome }) => verb === 'get' && outcome === 'ok');
      if (!isRead && this.phase !== 'free') return;
      if (this.player.playing && run.operations.length > quicklyJudged) return;
      const { Judging } = await this.part('judging');
      this.judging ??= new Judging(this);
      await this.judging.look();
    } catch (error) {
      // A run that was closed meanwhile is nobody's business any more.
      if (run === this.run) this.#fail('The verdict could not be had.', error);
    }
  }

  /** N, W and R as they hold in the run on the stage. */
  #adoptQuorum() {
    const { n, w, r } = this.#run.stage.settings;
    this.quorum = { n, w, r };
  }

  /** @param {Scenario} scenario */
  trialsIn(scenario) {
    return new Trials(this.engine, scenario, () => this.around.draw());
  }

  get engine() {
    if (!this.#engine) {
      this.#engine = this.around.engine();
      this.#engine.addEventListener('engineerror', (event) => {
        this.onEngineError(/** @type {any} */ (event).rebuilt);
      });
    }
    return this.#engine;
  }

  async #replay() {
    const { quorum } = this;
    const scenario = withQuorum(await this.#run.scenario(), quorum);
    await this.replayAs(scenario, `The same luck again, with W = ${quorum.w} and R = ${quorum.r}.`);
    this.quorum = quorum;
  }

  /** From its start, as a try; a challenge without calls of its own waits to be played. @param {Scenario} scenario @param {string} sentence */
  async replayAs(scenario, sentence) {
    await this.show(scenario, {});
    this.around.say(sentence);
    if (this.challenge?.isByRequest) return this.around.draw();
    this.trying = true;
    this.#endTry();
    this.player.play({ eachMs: replayEachMs, stopWhen: () => !this.trying });
    this.around.draw();
  }

  /** @param {Action} action */
  async #act(action) {
    this.trying = false;
    // Whoever acts by hand has left the question behind.
    if (this.phase === 'ask' || this.phase === 'reading') this.turn('freed');
    this.judging?.prevention.stop();
    await this.#move(() => this.#run.act(action));
    this.player.sync();
  }

  /**
   * Every move of the run goes through here: afterwards the sentence, the story and the outside know of it.
   * @param {() => Promise<void>} move
   */
  async #move(move) {
    const run = this.#run;
    const before = run.status.position;
    await move();
    if (run !== this.run) return;
    if (run.status.position !== before) {
      this.told(narrate(run));
      if (this.readIsDone) this.turn('readFinished');
      this.#endTry();
      this.around.tell('statechange');
    }
    this.around.draw();
    this.judge();
  }

  /** A try ends with the story's read; in a run without it, when nothing is left to happen. */
  #endTry() {
    const isDone = this.challenge ? this.challenge.isPlayed(this.#run) : this.readIsDone;
    if (!this.trying || !(isDone || this.#run.quiet)) return;
    this.trying = false;
    if (this.phase !== 'free') this.guard(() => this.measuring.lucks(this.#need()));
  }

  /** @param {string} sentence */
  told(sentence) {
    this.sentence = sentence;
    this.around.say(capital(sentence));
    this.around.draw();
  }

  #isAnswered() {
    return this.#run.operations.every(({ outcome }) => outcome !== 'open');
  }

  #need() {
    if (!this.trials) throw new Error('no run is open');
    return this.trials;
  }

  /**
   * What the engine refuses, or fails in, becomes a sentence for the reader.
   * @param {() => Promise<unknown>} work
   */
  async guard(work) {
    try {
      await work();
    } catch (error) {
      this.player.pause();
      // An abort has its own event, and its own sentence.
      if (/** @type {any} */ (error).code === 'aborted') return;
      this.#fail(this.run ? 'That was refused.' : 'The lab could not start.', error);
    }
  }

  /** @param {string} title @param {unknown} error */
  #fail(title, error) {
    const text = error instanceof Error ? error.message : String(error);
    this.problem = { title, text, way: this.run === null ? 'page' : 'none' };
    this.around.say(`${title} ${text}`);
    this.around.draw();
  }
}

/** @param {Run} run @param {number} action */
function isDone(run, action) {
  const operation = run.operationOf(action);
  return operation !== null && operation.outcome !== 'open';
}
