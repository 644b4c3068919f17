// Fig 6-12 c, a requirement card and an answer: the state of the figure, and what each press does. Cards, answers and
// grades are card-answer.js, the spoken answer card-words.js, the picture card-view.js.
import { encodeLink } from '../engine/link.js';
import { OneJob } from '../engine/one-job.js';
import {
  answerName,
  answerOf,
  cardRuns,
  cardScenario,
  cardSeeds,
  changedAnswer,
  deck,
  gradeCard,
  untouchedAnswer,
} from './card-answer.js';
import { cardFrame, cardNews } from './card-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Answer, CardGrade } from './card-answer.js' */
/** @import { CardPicture } from './card-view.js' */

/** The figure as it begins. @returns {CardPicture} */
export function stillCard() {
  return {
    live: false,
    at: 0,
    answer: untouchedAnswer,
    grade: null,
    met: new Set(),
    round: 0,
    progress: null,
    news: cardNews(null),
  };
}

export class CardFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    this.picture = stillCard();
    /** @type {Engine | null} */
    this.engine = null;
    /** Answers that were graded, by card and answer. @type {Map<string, CardGrade>} */
    this.known = new Map();
    this.work = new OneJob(() => this.show({ progress: this.work.progress }));
  }

  /** @param {Engine} engine @param {Link | null} _ @param {URLSearchParams | null} opened */
  async start(engine, _, opened) {
    this.engine = engine;
    // Who is near the figure will soon ask for runs.
    await engine.about();
    const at = deck.findIndex(({ id }) => id === opened?.get('card'));
    const answer = answerOf(opened?.get('answer')) ?? untouchedAnswer;
    this.picture = { ...stillCard(), live: true, at: Math.max(at, 0), answer };
  }

  async reset() {
    this.picture = { ...stillCard(), live: true };
    this.host.changed();
  }

  cancel() {
    this.work.stop();
  }

  stop() {
    this.work.stop();
  }

  async link() {
    const { at, answer } = this.picture;
    const { trace_version } = await this.running().about();
    const scenario = cardScenario(deck[at], answer);
    return {
      card: deck[at].id,
      answer: answerName(answer),
      run: encodeLink({ scenario, position: 0, trace_version }),
    };
  }

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  view() {
    return cardFrame(this.picture, {
      change: (change) => {
        this.work.stop();
        this.change(change);
      },
      deal: () => {
        this.work.stop();
        this.deal();
      },
      grade: () => this.host.run(() => this.grade()),
      stop: () => this.work.stop(),
    });
  }

  /** @param {Partial<CardPicture>} news */
  show(news) {
    this.picture = { ...this.picture, ...news };
    this.host.changed();
  }

  /** @param {Partial<Answer>} change */
  change(change) {
    const answer = changedAnswer(this.picture.answer, change);
    this.show({ answer, grade: null, news: 'This answer is not graded yet.' });
  }

  /** The next card, and the usual setting for it. */
  deal() {
    const at = (this.picture.at + 1) % deck.length;
    this.show({ at, answer: untouchedAnswer, grade: null, news: `${deck[at].title}: a new card.` });
  }

  async grade() {
    const { at, answer, met, round } = this.picture;
    const card = deck[at];
    const key = `${card.id} ${answerName(answer)}`;
    const known = this.known.get(key);
    const grade =
      known ??
      (await this.work.run({ done: 0, total: cardRuns }, (signal, report) =>
        gradeCard(this.running(), card, answer, cardSeeds(round), { signal, onProgress: report }),
      ));
    if (!grade) return this.show({ news: 'Stopped.' });
    if (!known) this.show({ round: round + 1 });
    this.known.set(key, grade);
    this.show({ grade, met: grade.met ? new Set([...met, card.id]) : met, news: cardNews(grade) });
  }
}
