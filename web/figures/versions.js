// Fig 6-8 b, five versions of one cart: which two is looked at, and what was said of each two. The run is
// versions-run.js, the picture versions-view.js.
import { encodeLink } from '../engine/link.js';
import { measureVersions, pairs, scenario } from './versions-run.js';
import { pairName, relations, versionsFrame } from './versions-view.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Relation, Version } from './versions-run.js' */
/** @import { VersionsPicture } from './versions-view.js' */

/** The figure before anything was said. @param {Version[]} versions @returns {VersionsPicture} */
export function stillVersions(versions) {
  return { live: false, versions, pair: 0, said: {} };
}

export class VersionsFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    /** @type {Engine | null} */
    this.engine = null;
    this.picture = stillVersions([]);
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    await this.begin();
    if (!link || !opened) return;
    const pair = pairs.findIndex((_, at) => pairName(at) === opened.get('pair'));
    this.picture = {
      ...this.picture,
      pair: Math.max(0, pair),
      said: saidIn(opened.get('said') ?? ''),
    };
  }

  async begin() {
    if (!this.engine) throw new Error('the figure is not running');
    this.picture = { ...stillVersions(await measureVersions(this.engine)), live: true };
  }

  async reset() {
    await this.begin();
    this.host.changed();
  }

  async link() {
    if (!this.engine) throw new Error('the figure is not running');
    const { trace_version } = await this.engine.about();
    const { pair, said } = this.picture;
    return {
      pair: pairName(pair),
      said: Object.entries(said)
        .map((entry) => entry.join(':'))
        .join('.'),
      run: encodeLink({ scenario, position: 0, trace_version }),
    };
  }

  view() {
    return versionsFrame(this.picture, {
      choose: (pair) => this.show({ pair }),
      say: (relation) =>
        this.show({ said: { ...this.picture.said, [pairName(this.picture.pair)]: relation } }),
    });
  }

  /** @param {Partial<VersionsPicture>} news */
  show(news) {
    this.picture = { ...this.picture, ...news };
    this.host.changed();
  }
}

/** @param {string} written "D1-D2:before.D3-D4:neither" @returns {Record<string, Relation>} */
function saidIn(written) {
  return Object.fromEntries(
    written
      .split('.')
      .map((entry) => entry.split(':'))
      .filter(
        ([name, relation]) =>
          pairs.some((_, at) => pairName(at) === name) && relations.some((one) => one === relation),
      ),
  );
}
