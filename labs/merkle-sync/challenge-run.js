// A challenge while it is on: what is free and what is locked, what was done, and the engine's grade of the run as it
// stands. Whether the goal is met is the engine's word alone: the whole scenario is handed to its job "grade", as when a
// link is handed in.
import makeLose from '../../content/challenges/make-the-tree-lose.json' with { type: 'json' };
import nobodyLoses from '../../content/challenges/nobody-loses.json' with { type: 'json' };
import slowLink from '../../content/challenges/slow-link.json' with { type: 'json' };
import thirtyForOne from '../../content/challenges/thirty-for-one.json' with { type: 'json' };
import theProtocol from '../../content/challenges/you-are-the-protocol.json' with { type: 'json' };
import { OneJob } from '../../web/engine/one-job.js';
import { gradeSentence } from '../../web/figures/challenge-parts.js';
import { DeepHand } from './deep-hand.js';
import { scenarioOf, settingsOf } from './sync-scenario.js';

/** @import { Challenge, GradeReport, SyncAction, SyncScenario } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from './lab.js' */
/** @import { Settings } from './settings.js' */

export const challenges = /** @type {Challenge<SyncScenario>[]} */ (
  /** @type {unknown} */ ([theProtocol, slowLink, makeLose, thirtyForOne, nobodyLoses])
);

/** What the scenario calls a setting. @type {Partial<Record<keyof Settings, string>>} */
const places = {
  fanOut: '/sync/fan_out',
  leafKeys: '/sync/depth',
  differ: '/replicas/differ',
  versions: '/replicas/versions',
};

/** From here on the replicas on the stage are let go of while the engine judges, which makes its own. */
const manyKeys = 100_000;

export class ChallengeRun {
  /** Of the run on the stage; null until the engine has judged it. @type {GradeReport | null} */
  grade = null;
  /** By hand: what is asked, of the pair on the stage. @type {DeepHand | null} */
  hand = null;
  /** The differing keys are put into one stretch as well. */
  gathered = false;
  /** What a link handed in, word for word, with the engine's grade, until the reader changes something. @type {{scenario: SyncScenario, grade: GradeReport} | null} */
  #given = null;
  /** By hand: what was asked before one more key differed; null: it does not yet. @type {SyncAction[] | null} */
  #before = null;
  /** What is on the stage, and what was judged. */
  #about = '';
  #judged = '';
  #judging = new OneJob(() => this.lab.around.draw());

  /** @param {Lab} lab @param {string} id @param {string} student whose luck it takes; '' when nobody said */
  constructor(lab, id, student) {
    const challenge = challenges.find((one) => one.id === id);
    if (!challenge) throw new Error(`There is no challenge “${id}” here.`);
    this.lab = lab;
    this.challenge = challenge;
    this.student = challenge.seed === 'student' ? student : '';
    this.#handAnew();
  }

  /** Of judging. */
  get progress() {
    return this.#judging.progress;
  }

  get id() {
    return this.challenge.id;
  }

  get isByHand() {
    return this.hand !== null;
  }

  /** How many keys differ on the stage, which a reader by hand looks for. */
  get sought() {
    return this.#before ? 2 : 1;
  }

  /** Whether by hand one more key may differ now. */
  get canGoOn() {
    return this.isByHand && this.#before === null && this.grade?.met === true;
  }

  get canGather() {
    return this.challenge.allowed_actions.includes('gather') && !this.gathered && this.grade?.met === true;
  }

  /** @param {keyof Settings} name */
  frees(name) {
    const place = places[name];
    return place !== undefined && (this.challenge.free?.includes(place) ?? false);
  }

  /** Why a change is not possible; '' when it is. @param {Partial<Settings>} change */
  locked(change) {
    const names = /** @type {(keyof Settings)[]} */ (Object.keys(change));
    return names.every((name) => this.frees(name)) ? '' : 'That is locked in this challenge.';
  }

  /** Its run from the start, with the student's own luck. */
  async startSettings() {
    const { challenge, student } = this;
    const settings = settingsOf(challenge.scenario);
    if (student === '') return settings;
    const { seed } = await this.lab.around.engine().runJob({ job: 'grade', challenge, student });
    return { ...settings, seed: seed ?? settings.seed };
  }

  /**
   * What a link hands in. It is judged word for word; what the terms do not allow is not made.
   * @param {SyncScenario} scenario
   * @returns {Promise<Settings>}
   */
  async takeGiven(scenario) {
    const grade = await this.#grade(scenario);
    this.#given = { scenario, grade };
    return grade.problem === null ? this.#settingsIn(scenario) : this.startSettings();
  }

  /** The reader changes what a link handed in. */
  change() {
    this.#given = null;
  }

  /** Of a scenario that keeps the terms. @param {SyncScenario} scenario @returns {Settings} */
  #settingsIn(scenario) {
    const actions = scenario.actions ?? [];
    const another = actions.findIndex((action) => action.do === 'another');
    this.gathered = actions.some((action) => action.do === 'gather');
    const asksIn = (/** @type {SyncAction[]} */ list) =>
      list.flatMap((action) =>
        action.do === 'ask'
          ? [/** @type {[number, number, number]} */ ([action.level, action.first, action.count ?? 1])]
          : [],
      );
    if (this.hand) {
      if (another >= 0) this.#before = actions.slice(0, another);
      this.hand.asks = asksIn(actions.slice(another + 1));
    }
    const settings = settingsOf(scenario);
    return another >= 0 ? { ...settings, differ: settings.differ + 1 } : settings;
  }

  #handAnew() {
    const { sync } = this.challenge.scenario;
    if (sync?.method === 'hand') this.hand = new DeepHand(sync.depth ?? 0);
  }

  /** What was done, as the scenario has it. @returns {SyncAction[]} */
  get actions() {
    const asks = (this.hand?.asks ?? []).map(
      ([level, first, count]) =>
        /** @type {SyncAction} */ ({
          do: 'ask',
          level,
          first,
          ...(count === 1 ? {} : { count }),
        }),
    );
    return [
      ...(this.#before ? [...this.#before, /** @type {SyncAction} */ ({ do: 'another' })] : []),
      ...asks,
      ...(this.gathered ? [/** @type {SyncAction} */ ({ do: 'gather' })] : []),
    ];
  }

  /** What would be handed in. */
  get scenario() {
    if (this.#given) return this.#given.scenario;
    const { settings } = this.lab;
    const first = this.#before ? { ...settings, differ: settings.differ - 1 } : settings;
    return scenarioOf(first, this.challenge.scenario, this.actions);
  }

  /** One more key differs: the same once more, over other replicas. */
  async another() {
    this.change();
    this.#before = this.actions;
    this.#handAnew();
    this.lab.settings = { ...this.lab.settings, differ: this.lab.settings.differ + 1 };
    await this.lab.show();
    this.lab.around.say('A second key differs now. Find both.');
    this.lab.around.focus('.task-text');
  }

  async gather() {
    this.change();
    this.gathered = true;
    await this.look();
  }

  /** Asks for one hash. @param {number} level @param {number} index */
  async ask(level, index) {
    const { hand, lab } = this;
    if (!hand?.canAsk(level, index) || hand.found.length >= this.sought) return;
    this.change();
    hand.asks.push([level, index, 1]);
    if (!(await lab.askAgain())) {
      hand.asks = hand.asks.slice(0, hand.answers.length);
      return;
    }
    const answer = hand.answers.at(-1);
    if (!answer) return;
    const { found } = hand;
    const deduced = answer.differs ? '' : ' So the other one differs.';
    const end = found.length > 0 && level === hand.depth ? ' A leaf is found.' : '';
    lab.around.say(`${answer.differs ? 'It differs.' : `It is equal.${deduced}`}${end}`);
    await this.look();
  }

  /** Looks at the run on the stage: one that is finished is judged. */
  async look() {
    if (this.#given) {
      this.#about = JSON.stringify(this.scenario);
      this.#judged = this.#about;
      this.grade = this.#given.grade;
      this.lab.around.draw();
      return;
    }
    const about = JSON.stringify(this.scenario);
    if (about !== this.#about) {
      this.stop();
      this.#about = about;
      this.grade = null;
      this.lab.around.draw();
    }
    const isFinished = !this.hand || this.hand.found.length >= this.sought;
    if (isFinished && !this.#judging.isRunning && this.#judged !== about) await this.#judge(about);
  }

  /** @param {SyncScenario} scenario @param {import('../../web/engine/job.js').JobOptions<any>} [options] */
  #grade(scenario, options) {
    const { challenge, student } = this;
    const whose = student === '' ? {} : { student };
    return this.lab.around.engine().runJob({ job: 'grade', challenge, scenario, ...whose }, options);
  }

  /** @param {string} about */
  async #judge(about) {
    const { lab, challenge, scenario } = this;
    if (lab.settings.keys > manyKeys) lab.pair.close();
    const grade = await this.#judging.run({ done: 0, total: 0 }, (signal, onProgress) =>
      this.#grade(scenario, { signal, onProgress }),
    );
    if (!grade) return;
    this.#judged = about;
    const wasMet = this.grade?.met ?? false;
    if (grade.met) lab.assignment.met.add(this.id);
    this.grade = grade;
    lab.around.say(gradeSentence(challenge, grade));
    lab.around.draw();
    if (grade.met && !wasMet) lab.around.focus('.goal-result');
  }

  stop() {
    this.#judging.stop();
  }
}
