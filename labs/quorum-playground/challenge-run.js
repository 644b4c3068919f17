// A challenge while it is on: what is free and what is locked, how many actions were used, and the engine's grade of the
// run as it stands. Whether the goal is met is the engine's word alone: the whole scenario is handed to its job "grade",
// as when a link is handed in.
import missIt from '../../content/challenges/miss-it.json' with { type: 'json' };
import newThenOld from '../../content/challenges/new-then-old.json' with { type: 'json' };
import nightOnCall from '../../content/challenges/night-on-call.json' with { type: 'json' };
import nothingGone from '../../content/challenges/nothing-gone.json' with { type: 'json' };
import oneSwitch from '../../content/challenges/one-switch.json' with { type: 'json' };
import payLess from '../../content/challenges/pay-less.json' with { type: 'json' };
import sameSum from '../../content/challenges/same-sum.json' with { type: 'json' };
import savedAndGone from '../../content/challenges/saved-and-gone.json' with { type: 'json' };
import { OneJob } from '../../web/engine/one-job.js';
import { gradeSentence } from '../../web/figures/challenge-parts.js';

/** @import { Action, Challenge, GradeReport, Scenario } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Run } from './run.js' */

export const challenges = /** @type {Challenge[]} */ (
  /** @type {unknown} */ ([
    missIt,
    sameSum,
    payLess,
    newThenOld,
    oneSwitch,
    savedAndGone,
    nothingGone,
    nightOnCall,
  ])
);

/** What was broken in one can be mended in the next. @type {Record<string, string>} */
const mendedIn = { 'new-then-old': 'one-switch', 'saved-and-gone': 'nothing-gone' };

const callVerbs = ['put', 'get', 'delete'];

export class ChallengeRun {
  /** The reader's own actions in the run on the stage. */
  used = 0;
  /** Of the run on the stage; null until the engine has judged it. @type {GradeReport | null} */
  grade = null;
  /** The goal was met once: from then on the lab helps again. */
  wasMet = false;
  /** Why the goal could not be met, where the goals themselves do not say. */
  reason = '';
  /** It came by a link: whoever opens it has not asked for its result. */
  handedIn = false;
  /** The cluster of the run on the stage, as its scenario has it. @type {Record<string, unknown> | null} */
  cluster = null;
  /** What the grade is about. */
  #about = '';
  #judging = new OneJob(() => this.lab.around.draw());

  /**
   * @param {Lab} lab
   * @param {string} id
   */
  constructor(lab, id) {
    const challenge = challenges.find((one) => one.id === id);
    if (!challenge) throw new Error(`There is no challenge "${id}" here.`);
    this.lab = lab;
    this.challenge = challenge;
  }

  /** Of judging. */
  get progress() {
    return this.#judging.progress;
  }

  get id() {
    return this.challenge.id;
  }

  get title() {
    return this.challenge.title;
  }

  get text() {
    return this.challenge.text;
  }

  /** The challenge in which what was broken here is mended. */
  get next() {
    return challenges.find(({ id }) => id === mendedIn[this.id]) ?? null;
  }

  /** It has no calls of its own that could be watched to their end: the engine judges when it is asked to. */
  get isByRequest() {
    return !this.#ownActions.some(({ do: verb }) => callVerbs.includes(verb));
  }

  /** A grade is there to be asked for. */
  get isOpen() {
    return this.isByRequest && !this.grade && !this.#judging.isRunning;
  }

  get #ownActions() {
    return /** @type {Action[]} */ (this.challenge.scenario.actions);
  }

  get mostActions() {
    return this.challenge.max_actions ?? 0;
  }

  /** Why no action can be added; '' when one can. */
  get spent() {
    return this.used < this.mostActions
      ? ''
      : `All ${this.mostActions} actions are used: take one back, or start again.`;
  }

  /** What is lit while it is on: see story.js. */
  get lit() {
    return {
      transport: true,
      diagram: true,
      lucks: false,
      quorum: true,
      price: false,
      curve: false,
      hands: false,
      doors: this.challenge.allowed_actions.includes('hold'),
    };
  }

  /** @param {'n' | 'w' | 'r'} name */
  frees(name) {
    return this.challenge.free?.includes(`/cluster/${name}`) ?? false;
  }

  /** Whose luck it is, if somebody said and it matters. */
  get student() {
    return this.challenge.seed === 'student' ? this.lab.assignment.student : '';
  }

  /**
   * Its run from the start, with the student's own luck.
   * @returns {Promise<Scenario>}
   */
  async startScenario() {
    const { challenge, student } = this;
    if (student === '') return challenge.scenario;
    const { seed } = await this.lab.engine.runJob({ job: 'grade', challenge, student });
    return { ...challenge.scenario, seed };
  }

  /** Looks at the run on the stage; one whose calls have been answered is judged. */
  async look() {
    const { run, player } = this.lab;
    if (!run) return;
    const scenario = await run.scenario();
    const text = JSON.stringify(scenario);
    if (run !== this.lab.run) return;
    if (text !== this.#about) {
      this.stop();
      if (this.#about !== '') this.handedIn = false;
      this.#about = text;
      this.grade = null;
      this.cluster = /** @type {Record<string, unknown>} */ (scenario.cluster ?? {});
      const all = /** @type {Action[]} */ (scenario.actions ?? []);
      this.used = Math.max(0, all.length - this.#ownActions.length);
      this.lab.around.draw();
    }
    if (this.isByRequest) return;
    if (!this.grade && !this.#judging.isRunning && !player.playing && this.isPlayed(run))
      await this.judge(scenario, run);
  }

  /** The challenge's own calls have been answered: before that a grade would tell what is to come. @param {Run} run */
  isPlayed(run) {
    return this.#ownActions.every(
      ({ do: verb }, index) =>
        !callVerbs.includes(verb) || (run.operationOf(index)?.outcome ?? 'open') !== 'open',
    );
  }

  /** The engine judges the settings as they are, now. */
  ask() {
    const { run } = this.lab;
    return this.lab.guard(async () => {
      if (run) await this.judge(await run.scenario(), run);
    });
  }

  /** Undoes the newest of the reader's actions: the run as it stood just before it. */
  async takeBack() {
    const { lab } = this;
    const scenario = await lab.run?.scenario();
    const actions = /** @type {Action[]} */ (scenario?.actions ?? []);
    const last = actions.at(-1);
    if (!last || actions.length <= this.#ownActions.length) return;
    const atUs = Number(last.at_us);
    await lab.show(
      { ...scenario, actions: actions.slice(0, -1) },
      { until: ({ status }) => status.next_us >= atUs },
    );
    lab.told('The last action is taken back.');
    await lab.judge();
  }

  /** Nothing saved, nothing to miss. @param {Run} run */
  #reasonIn({ operations }) {
    const aboutRun = this.challenge.goal.some(
      ({ measure }) =>
        'share' in measure && measure.share === '/verdict/regular/state' && measure.equals === 'broken',
    );
    const isSaved = operations.some(({ do: verb, outcome }) => verb !== 'get' && outcome === 'ok');
    return aboutRun && !isSaved
      ? 'Nobody was told “saved”, so there is no finished write to miss: let one copy have it.'
      : '';
  }

  /** @param {Scenario} scenario @param {Run} run */
  async judge(scenario, run) {
    const { lab, challenge } = this;
    this.reason = this.#reasonIn(run);
    const whose = this.student === '' ? {} : { student: this.student };
    const grade = await this.#judging.run({ done: 0, total: 0 }, (signal, onProgress) =>
      lab.engine.runJob({ job: 'grade', challenge, scenario, ...whose }, { signal, onProgress }),
    );
    if (grade) this.#take(grade);
  }

  stop() {
    this.#judging.stop();
  }

  /** @param {GradeReport} grade */
  #take(grade) {
    const { around } = this.lab;
    this.grade = grade;
    this.wasMet ||= grade.met;
    if (grade.met && !this.handedIn) this.lab.assignment.met.add(this.id);
    around.say(gradeSentence(this.challenge, grade, this.reason));
    this.lab.around.draw();
    if (grade.met && !this.handedIn) around.focus('.goal-result');
  }
}
