// Fig 6-7, be the network: the state of the figure, and what each press does. The rules are quorum-moves.js, the runs
// quorum-run.js, the picture quorum-view.js.
import { encodeLink } from '../engine/link.js';
import { beginStep, mayChoose, pressCard, pressCopy, sizeOf } from './quorum-moves.js';
import {
  copies,
  isComplete,
  isInverted,
  noChoice,
  outcomeOf,
  play,
  runForLab,
  scenarioOf,
  steps,
  wayName,
  waysOf,
} from './quorum-run.js';
import { quorumFrame } from './quorum-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Play } from './quorum-moves.js' */
/** @import { Choice, Played, Step } from './quorum-run.js' */
/** @import { QuorumPicture } from './quorum-view.js' */

/** @returns {QuorumPicture['tried']} */
const nothingTried = () => Object.fromEntries(steps.map(({ id }) => [id, {}]));

/** The figure before the first press. @param {Played} played nothing chosen yet, run @returns {QuorumPicture} */
export function stillQuorum(played) {
  return {
    live: false,
    play: beginStep(steps[0]),
    played,
    tried: nothingTried(),
    inverted: false,
    labRun: '',
  };
}

export class QuorumFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    this.picture = stillQuorum(/** @type {any} */ (null));
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    await this.begin();
    if (!link || !opened) return;
    for (const way of triedIn(opened)) await this.tryWay(way);
    this.picture.inverted = opened.get('inverted') === '1';
    await this.show(playOf(opened));
  }

  async begin() {
    this.picture = { ...stillQuorum(await play(this.running(), noChoice(steps[0]))), live: true };
  }

  /** The step that one is in begins anew; what the others have shown stays. */
  async reset() {
    const { step } = this.picture.play.choice;
    const { tried, inverted } = this.picture;
    this.picture = {
      ...this.picture,
      tried: { ...tried, [step.id]: {} },
      inverted: inverted && step.readers === 1,
    };
    await this.show(beginStep(step));
  }

  async link() {
    const { trace_version } = await this.running().about();
    const { play, tried, inverted } = this.picture;
    const { step, heard, asked, back } = play.choice;
    return {
      step: step.id,
      heard: heard.join('.'),
      asked: asked.map((set) => set.join('.')).join('-'),
      card: String(play.card),
      back: back ? '1' : '0',
      inverted: inverted ? '1' : '0',
      tried: Object.entries(tried)
        .flatMap(([id, ways]) => Object.keys(ways).map((name) => `${id}:${name}`))
        .join('.'),
      run: encodeLink({ scenario: scenarioOf(play.choice), position: 0, trace_version }),
    };
  }

  view() {
    return quorumFrame(this.picture, {
      setStep: (step) => this.press(() => beginStep(step)),
      card: (card) => this.press((now) => pressCard(now, card)),
      copy: (copy) => this.press((now) => pressCopy(now, copy)),
      writeBack: () =>
        this.press(({ choice, card }) => ({ choice: { ...choice, back: !choice.back }, card })),
      tryAll: () => this.host.run(() => this.tryAll()),
    });
  }

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  /** @param {(now: Play) => Play} move */
  press(move) {
    this.host.run(() => this.show(move(this.picture.play)));
  }

  /** @param {Play} next */
  async show(next) {
    const { choice } = next;
    const played = await play(this.running(), choice);
    const done = isComplete(choice);
    const inverted = this.picture.inverted || (done && isInverted(played));
    const labRun = done ? await runForLab(this.running(), choice) : '';
    this.picture = { ...this.picture, play: next, played, inverted, labRun };
    if (done) this.note(choice, played);
    this.host.changed();
  }

  /** What came of a way is kept, where there is a board for it. @param {Choice} choice @param {Played} played */
  note(choice, played) {
    const outcome = outcomeOf(played, choice);
    if (choice.step.readers > 1 || !outcome) return;
    const { id } = choice.step;
    const { tried } = this.picture;
    this.picture.tried = { ...tried, [id]: { ...tried[id], [wayName(choice)]: outcome } };
  }

  /** @param {Choice} choice */
  async tryWay(choice) {
    this.note(choice, await play(this.running(), choice));
  }

  async tryAll() {
    const { step } = this.picture.play.choice;
    const known = this.picture.tried[step.id];
    for (const way of waysOf(step)) if (!known[wayName(way)]) await this.tryWay(way);
    this.host.changed();
  }
}

/** The ways that a link says were tried; each is run again. @param {URLSearchParams} opened @returns {Choice[]} */
function triedIn(opened) {
  const named = new Set((opened.get('tried') ?? '').split('.'));
  return steps
    .filter(({ readers }) => readers === 1)
    .flatMap((step) => waysOf(step).filter((way) => named.has(`${step.id}:${wayName(way)}`)));
}

/** @param {URLSearchParams} opened @returns {Play} */
function playOf(opened) {
  const step = /** @type {Step} */ (steps.find(({ id }) => id === opened.get('step')) ?? steps[0]);
  const sets = (opened.get('asked') ?? '').split('-');
  /** @type {Choice} */
  let choice = { ...noChoice(step), back: opened.get('back') === '1' && step.readers > 1 };
  // A card has copies only when it is its turn.
  for (let card = 0; card <= step.readers && mayChoose(choice, card); card++) {
    const wanted = (card === 0 ? (opened.get('heard') ?? '') : (sets[card - 1] ?? '')).split('.');
    const set = [...new Set(wanted)].filter((copy) => copies.includes(copy)).slice(0, sizeOf(choice, card));
    choice =
      card === 0
        ? { ...choice, heard: set }
        : { ...choice, asked: choice.asked.map((before, at) => (at === card - 1 ? set : before)) };
  }
  const card = Number(opened.get('card'));
  const isCard = Number.isSafeInteger(card) && card >= 0 && card <= step.readers;
  return { choice, card: isCard && mayChoose(choice, card) ? card : 0 };
}
