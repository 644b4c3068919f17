// Fig 6-9, one slider for how long a machine is away: the state of the figure, and what each press does. The runs are
// absence-run.js, the picture absence-view.js.
import { encodeLink } from '../engine/link.js';
import { countsOf, firstPlace, lengths, placeOf, play, scenarioOf } from './absence-run.js';
import { absenceFrame } from './absence-view.js';
import { placeNamed } from './absence-words.js';
import { DialFigure } from './dial-figure.js';
import { rangesOf } from './places.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Played } from './absence-run.js' */
/** @import { AbsencePicture, Counts } from './absence-view.js' */

/** The figure while C is away. @param {Played} played of the first length @returns {AbsencePicture} */
export function stillAbsence(played) {
  return {
    live: false,
    returned: false,
    place: firstPlace,
    played,
    tried: new Map(),
    running: null,
    swept: false,
  };
}

export class AbsenceFigure extends DialFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    super(host, 0, lengths.length - 1);
    this.picture = stillAbsence(/** @type {any} */ (null));
    /** What was run once is known. @type {Map<number, Played>} */
    this.known = new Map();
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    await this.begin();
    const named = placeNamed(opened?.get('away') ?? '');
    if (named >= 0) {
      this.picture.returned = true;
      return this.showPlace(named);
    }
    if (!link || opened?.get('returned') !== '1') return;
    this.picture.returned = true;
    this.owe(opened.get('tried') ?? '');
    await this.showPlace(placeOf(link.scenario));
    this.resume();
  }

  async begin() {
    this.picture = { ...stillAbsence(await this.played(firstPlace)), live: true };
  }

  at() {
    return this.picture.place;
  }

  async link() {
    const { trace_version } = await this.running().about();
    const { returned, place, tried } = this.picture;
    return {
      returned: returned ? '1' : '0',
      tried: rangesOf([...new Set([...tried.keys(), ...this.owed])]),
      run: encodeLink({ scenario: scenarioOf(lengths[place]), position: 0, trace_version }),
    };
  }

  view() {
    return absenceFrame(this.picture, {
      comeBack: () => this.host.run(() => this.comeBack()),
      turn: (place) => this.turn(place),
      sweep: () => this.host.run(() => this.sweep()),
    });
  }

  /** @param {number} place */
  async played(place) {
    const played = this.known.get(place) ?? (await play(this.running(), lengths[place]));
    this.known.set(place, played);
    return played;
  }

  async comeBack() {
    this.picture = { ...this.picture, returned: true };
    await this.showPlace(firstPlace);
  }

  /** A month of heartbeats takes a moment: until it is run, the dial says where it stands. @param {number} place */
  async showPlace(place) {
    if (!this.known.has(place)) {
      this.picture = { ...this.picture, running: place };
      this.host.changed();
    }
    const played = await this.played(place);
    this.picture = {
      ...this.picture,
      place,
      played,
      tried: this.with(place, played),
      running: null,
      swept: false,
    };
    this.host.changed();
  }

  /** @param {number} place @param {Played} played @returns {Map<number, Counts>} */
  with(place, played) {
    return new Map(this.picture.tried).set(place, countsOf(played));
  }

  /** @param {number} place */
  async note(place) {
    if (this.picture.tried.has(place)) return;
    this.picture = { ...this.picture, running: place };
    this.host.changed();
    const played = await this.played(place);
    this.picture = { ...this.picture, running: null, tried: this.with(place, played) };
    this.host.changed();
  }

  /** @param {boolean} whole */
  swept(whole) {
    this.picture = { ...this.picture, swept: whole };
  }
}
