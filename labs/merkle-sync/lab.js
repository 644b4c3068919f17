// The lab without its pictures: two replicas, a run over them, a position in it; what a person can do is a method. The
// element draws it and calls those methods; nothing here touches the page. A run is finished before its first step is
// shown, so every step, back too, only says how much of its log is known.
import { Assignment } from './assignment.js';
import { Bill } from './bill.js';
import { Curve } from './curve.js';
import { HandPlay } from './hand-play.js';
import { Pair } from './pair.js';
import { Playing } from './playing.js';
import { recallSeen, rememberSeen } from './remember.js';
import { isMending, isOver, lastHop, stepped } from './rounds.js';
import { currentLevel, pathThrough, rowsAt } from './rows.js';
import { askedOf, changed, million, originOf, standard, treeOf } from './settings.js';
import { Story } from './story.js';
import { roundSentence } from './words.js';

/** @import { KeysBelow, ReplicasEdit, ReplicasState, SyncRun, SyncTree } from '../../web/engine/engine.d.ts' */
/** @import { Engine } from '../../web/engine/client.js' */
/** @import { Row } from './rows.js' */
/** @import { Settings } from './settings.js' */
/** @import { Place } from './share.js' */

/** What is on the stage; rows: as they are at the end. @typedef {{settings: Settings, tree: SyncTree, run: SyncRun, rows: Row[], state: ReplicasState}} Shown */
/** @typedef {{level: number, index: number}} Node */

/**
 * What the lab asks of its surroundings.
 * @typedef {object} Surroundings
 * @property {() => Engine} engine
 * @property {() => void} draw
 * @property {(sentence: string) => void} say
 * @property {(selector: string) => void} focus  when it has been drawn
 * @property {(selector: string) => void} reveal  the same, and it comes into view
 * @property {(name: 'ready' | 'statechange' | 'complete') => void} tell
 * @property {() => boolean} still   reduced motion
 * @property {(ms: number) => Promise<void>} wait
 * @property {() => Promise<typeof import('./challenges.js')>} challenges  loaded when one is wanted
 */

export class Lab {
  /** As the reader has chosen; what is shown follows. @type {Settings} */
  settings = standard;
  /** @type {Shown | null} */
  shown = null;
  hop = 0;
  byMessage = false;
  /** Where the reader is on the stage. @type {Node} */
  cursor = { level: 0, index: 0 };
  /** Levels that are open though they are done. @type {Set<number>} */
  opened = new Set();
  /** The leaf whose keys are on show. @type {(Node & {keys: KeysBelow}) | null} */
  leaf = null;
  /** What is being waited for. @type {{says: string, done: number, total: number} | null} */
  working = null;
  /** @type {string} */
  problem = '';
  fromLink = false;
  /** The page whose link it was, if a page made it. */
  from = '';
  #turn = 0;
  /** @type {{shown: Shown | null, hop: number, rows: Row[]}} */
  #read = { shown: null, hop: 0, rows: [] };

  /** @param {Surroundings} around */
  constructor(around) {
    this.around = around;
    this.hand = new HandPlay();
    this.pair = new Pair();
    this.playing = new Playing(this);
    this.bill = new Bill(around.draw);
    this.curve = new Curve(around.draw);
    this.story = new Story(this);
    this.assignment = new Assignment(this);
  }

  get phase() {
    return this.story.phase;
  }

  /** @param {() => Place | null} readLink @param {string} [challenge] what it opens on where no link says */
  async open(readLink, challenge) {
    let link = null;
    let unread = '';
    try {
      link = readLink();
    } catch (error) {
      unread = error instanceof Error ? error.message : String(error);
    }
    if (link) await this.openLink(link);
    else if (challenge && !unread) await this.assignment.start(challenge);
    else if (recallSeen() || unread) await this.playFreely();
    else await this.story.begin();
    this.problem ||= unread;
    this.around.tell('ready');
  }

  /** @param {Place} link */
  async openLink(link) {
    if ('challenge' in link) {
      return this.assignment.open(link.challenge, link.scenario);
    }
    const { settings, hop, from = '' } = link;
    this.assignment.end();
    this.fromLink = true;
    this.from = from;
    this.story.phase = 'free';
    this.settings = settings;
    await this.show({ hop });
    // A link that the engine refuses: the lab opens as it would without one, and says so.
    if (!this.shown && this.problem) {
      const { problem } = this;
      this.fromLink = false;
      await this.show();
      this.problem = problem;
      this.around.draw();
    }
  }

  /** All controls, and the bill. */
  async playFreely() {
    rememberSeen();
    this.story.phase = 'free';
    this.hand.close();
    if (this.shown && originOf(this.shown.settings) === originOf(this.settings)) {
      this.around.draw();
      this.around.tell('complete');
      return this.fillBill();
    }
    await this.show();
  }

  /** The reader asks by hand, in a tree of many levels. */
  get deepHand() {
    return this.assignment.challenge?.hand ?? null;
  }

  /** Whether bill and curve belong to what is on. */
  get showsPrices() {
    return this.phase === 'free' || (this.assignment.challenge?.frees('differ') ?? false);
  }

  /** @param {Partial<Settings>} change */
  async set(change) {
    const locked = this.assignment.challenge?.locked(change) ?? '';
    if (locked) return this.around.say(locked);
    this.assignment.challenge?.change();
    this.settings = changed(this.settings, change);
    this.from = '';
    await this.show();
  }

  /**
   * Makes what the settings say, runs it, and shows it from a position on; what is on the stage stays until then.
   * @param {{hop?: number, play?: boolean}} [options]
   */
  async show({ hop, play = false } = {}) {
    const turn = ++this.#turn;
    this.pause();
    this.bill.clear();
    if (this.curve.progress && !this.curve.fits(this.settings)) this.curve.stop();
    this.problem = '';
    const { settings } = this;
    try {
      const replicas = await this.#make(settings, turn);
      if (turn !== this.#turn) return;
      this.#wait(turn, 'The run is under way', 0, 0);
      const tree = await replicas.tree(treeOf(settings));
      const { deepHand } = this;
      const run = await replicas.run(deepHand ? deepHand.askedOf(settings) : askedOf(settings));
      if (turn !== this.#turn) return;
      this.working = null;
      deepHand?.take(run);
      const rows =
        deepHand?.rows ?? rowsAt(run.log, lastHop(run.log), { depth: tree.depth, fanOut: settings.fanOut });
      this.shown = { settings, tree, run, rows, state: replicas.state };
      this.opened = new Set();
      this.leaf = null;
      this.cursor = { level: 0, index: 0 };
      const last = lastHop(run.log);
      this.hop = Math.min(last, hop ?? (play ? 0 : last));
      await this.arrive(this.hop);
      if (play) this.play();
      await this.assignment.challenge?.look();
      if (this.showsPrices && turn === this.#turn) this.fillBill();
    } catch (error) {
      if (turn === this.#turn) this.#failed(error);
    }
  }

  /** By hand: the answers to all that was asked. @returns {Promise<boolean>} whether they are there */
  async askAgain() {
    const { deepHand: hand, shown, settings } = this;
    if (!hand || !shown) return false;
    const turn = ++this.#turn;
    try {
      const replicas = await this.#make(settings, turn);
      if (turn !== this.#turn) return false;
      const run = await replicas.run(hand.askedOf(settings));
      if (turn !== this.#turn) return false;
      this.working = null;
      hand.take(run);
      this.shown = { ...shown, run, rows: hand.rows };
      this.around.draw();
      this.around.tell('statechange');
      return true;
    } catch (error) {
      if (turn === this.#turn) this.#failed(error);
      return false;
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    this.working = null;
    if (!(error instanceof Error && error.name === 'AbortError')) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
    this.settings = this.shown?.settings ?? standard;
    this.around.draw();
  }

  /** @param {Settings} settings @param {number} turn */
  #make(settings, turn) {
    return this.pair.of(this.around.engine(), settings, (done, total) =>
      this.#wait(turn, 'Keys are loaded into both replicas', done, total),
    );
  }

  /** @param {number} turn @param {string} says @param {number} done @param {number} total */
  #wait(turn, says, done, total) {
    if (turn !== this.#turn) return;
    this.working = { says, done, total };
    this.around.draw();
  }

  /** What is being made is not wanted any more; the lab is as it was. */
  cancel() {
    this.#turn++;
    this.pair.stop();
    this.working = null;
    this.settings = this.shown?.settings ?? standard;
    this.around.draw();
  }

  /** Runs every other method over the replicas on the stage, which are made again where they were let go of. */
  async fillBill() {
    const { shown } = this;
    if (!shown) return;
    try {
      const replicas = await this.#make(shown.settings, this.#turn);
      this.working = null;
      if (shown === this.shown) await this.bill.fill(replicas, shown.settings);
    } catch (error) {
      this.#failed(error);
    }
  }

  async measureCurve() {
    try {
      await this.curve.measure(this.around.engine(), this.settings);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** One more run over the replicas that are there, which is not shown. @param {import('../../web/engine/engine.d.ts').SyncAsked} asked */
  async alsoRun(asked) {
    return (await this.pair.replicas?.run(asked))?.report ?? null;
  }

  /** The rows of the stage at this position; read from the log once, as long as it stays the same. */
  get rows() {
    const { deepHand, shown, hop } = this;
    if (!shown) return [];
    if (deepHand) return shown.rows;
    if (this.#read.shown !== shown || this.#read.hop !== hop) {
      const tree = { depth: shown.tree.depth, fanOut: shown.settings.fanOut };
      this.#read = { shown, hop, rows: rowsAt(shown.run.log, hop, tree) };
    }
    return this.#read.rows;
  }

  get path() {
    return pathThrough(this.rows, this.cursor, this.shown?.settings.fanOut ?? 2);
  }

  get last() {
    return this.shown ? lastHop(this.shown.run.log) : 0;
  }

  get isOver() {
    return this.shown !== null && isOver(this.shown.run, this.hop);
  }

  /** @param {1 | -1} way */
  step(way) {
    this.pause();
    return this.scrub(stepped(this.hop, way, this.byMessage, this.last));
  }

  /** @param {number} hop */
  async scrub(hop) {
    if (hop === this.hop) return;
    this.pause();
    await this.arrive(hop);
  }

  togglePlay() {
    if (this.playing.on) this.pause();
    else this.play();
  }

  pause() {
    this.playing.pause();
  }

  play() {
    return this.playing.play();
  }

  /** The picture comes to another position: it is said once, and a leaf that lies open gets its keys. @param {number} hop */
  async arrive(hop) {
    this.hop = hop;
    const { rows } = this;
    const { log } = /** @type {Shown} */ (this.shown).run;
    const current = rows[currentLevel(rows)];
    if (this.hop % 2 === 0 && this.hop > 0 && current && !isMending(log, this.hop)) {
      this.around.say(roundSentence(current));
    }
    if (this.isOver && !this.deepHand) this.around.say(this.story.verdictWords());
    this.around.draw();
    this.around.tell('statechange');
    await this.#openLeaf();
  }

  /** @param {Node} node */
  async go(node) {
    this.cursor = node;
    this.around.draw();
    await this.#openLeaf();
  }

  /** @param {number} level */
  toggleRow(level) {
    if (!this.opened.delete(level)) this.opened.add(level);
    this.around.draw();
  }

  async #openLeaf() {
    const { shown, rows, path } = this;
    const { replicas } = this.pair;
    if (!shown || !replicas) return;
    const level = shown.tree.depth;
    const index = path[level];
    if (!rows[level]?.differing.has(index)) {
      if (this.leaf) {
        this.leaf = null;
        this.around.draw();
      }
      return;
    }
    if (this.leaf?.level === level && this.leaf.index === index) return;
    try {
      const keys = await replicas.keys({ ...treeOf(shown.settings), level, index });
      if (shown !== this.shown || this.path[level] !== index) return;
      this.leaf = { level, index, keys };
      this.around.draw();
    } catch {
      // Replicas that were let go of meanwhile: the next ones have a leaf of their own.
    }
  }

  /** @param {ReplicasEdit} edit */
  async edit(edit) {
    if (!this.pair.replicas || !this.shown) return;
    const after = { ...this.settings, edits: [...this.settings.edits, edit] };
    try {
      await this.pair.edit(edit, after);
    } catch (error) {
      return this.#failed(error);
    }
    this.settings = after;
    const { cursor } = this;
    await this.show();
    await this.go(cursor);
  }

  /** For the question of the first minute: a million keys. @param {Partial<Settings>} change @param {boolean} play */
  showMillion(change, play) {
    this.settings = { ...standard, keys: million, ...change };
    return this.show({ play });
  }

  close() {
    this.#turn++;
    this.pause();
    this.assignment.end();
    this.curve.stop();
    this.bill.clear();
    this.pair.close();
    this.hand.close();
  }
}
