// Fig 6-9, one slider for how long a machine is away: the state of the figure, and what each press does. The runs are
// absence-run.js, the picture absence-view.js.
import { encodeLink } from '../engine/link.js';
import { countsOf, firstPlace, lengths, placeOf, play, scenarioOf } from './absence-run.js';
import { absenceFrame } from './absence-view.js';
import { placesIn, rangesOf } from './places.js';

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

export class AbsenceFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    this.picture = stillAbsence(/** @type {any} */ (null));
    /** What was run once is known. @type {Map<number, Played>} */
    this.known = new Map();
    /** Where the dial is meant to go; what it passed meanwhile need not be run. @type {number | null} */
    this.wanted = null;
    /** Whether the sweep goes on; a reset ends it. */
    this.sweeping = false;
    /** Places that a link says were tried, and that have not been run again yet. @type {number[]} */
    this.owed = [];
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    await this.begin();
    if (!link || opened?.get('returned') !== '1') return;
    this.picture.returned = true;
    this.owed = placesIn(opened.get('tried') ?? '', 0, lengths.length - 1);
    await this.show(placeOf(link.scenario));
    this.resume();
  }

  async begin() {
    this.picture = { ...stillAbsence(await this.played(firstPlace)), live: true };
  }

  async reset() {
    await this.begin();
    this.host.changed();
  }

  cancel() {
    this.sweeping = false;
    this.wanted = null;
    this.owed = [];
  }

  pause() {
    this.sweeping = false;
  }

  resume() {
    if (this.owed.length > 0) this.host.run(() => this.noteOwed());
  }

  stop() {
    this.cancel();
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

  running() {
    if (!this.engine) throw new Error('the figure is not running');
    return this.engine;
  }

  /** @param {number} place */
  async played(place) {
    const played = this.known.get(place) ?? (await play(this.running(), lengths[place]));
    this.known.set(place, played);
    return played;
  }

  async comeBack() {
    this.picture = { ...this.picture, returned: true };
    await this.show(firstPlace);
  }

  /** The dial may be faster than the runs: only where it stands at last is shown, and no sweep goes before it. @param {number} place */
  turn(place) {
    this.wanted = Math.min(lengths.length - 1, Math.max(0, place));
    this.sweeping = false;
    this.host.run(async () => {
      const { wanted } = this;
      if (wanted === null || wanted === this.picture.place) return;
      await this.show(wanted);
    });
    this.resume();
  }

  /** A month of heartbeats takes a moment: until it is run, the dial says where it stands. @param {number} place */
  async show(place) {
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

  /** What a link says is found again, until something else is pressed. */
  async noteOwed() {
    this.sweeping = true;
    while (this.owed.length > 0 && this.sweeping) {
      await this.note(this.owed[0]);
      this.owed = this.owed.slice(1);
    }
    this.sweeping = false;
  }

  /** Every length, from the shortest to the longest. */
  async sweep() {
    this.sweeping = true;
    for (let place = 0; place < lengths.length && this.sweeping; place++) await this.note(place);
    this.picture = { ...this.picture, swept: this.sweeping };
    this.sweeping = false;
    this.host.changed();
  }
}
