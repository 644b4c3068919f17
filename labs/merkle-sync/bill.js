// The bill: the same replicas made equal by every other method, one after the other.
import { linkOf } from './settings.js';

/** @import { SyncMethod, SyncReport } from '../../web/engine/engine.d.ts' */
/** @import { Replicas } from '../../web/engine/replicas.js' */
/** @import { Settings } from './settings.js' */

/** @type {[SyncMethod, string, string][]} method, name, what it is */
export const others = [
  ['range', 'range-based', 'compares stretches of the ring and cuts those that differ, without a tree'],
  ['riak', 'Riak 1024²', 'a tree of two wide levels and the keys below it'],
  ['cassandra', 'Cassandra 2^15', 'all leaves of a tree with 32 768 of them, in one answer'],
  ['hashes', 'all hashes', 'the hash of every key'],
  ['all', 'all keys', 'ship everything that one side has'],
];

export class Bill {
  /** @type {Map<SyncMethod, SyncReport>} */
  reports = new Map();
  /** The method that is running now. @type {SyncMethod | null} */
  running = null;
  #turn = 0;

  /** @param {() => void} draw */
  constructor(draw) {
    this.draw = draw;
  }

  clear() {
    this.#turn++;
    this.reports = new Map();
    this.running = null;
  }

  /** @param {Replicas} replicas @param {Settings} settings */
  async fill(replicas, settings) {
    this.clear();
    const turn = this.#turn;
    for (const [method] of others) {
      this.running = method;
      this.draw();
      try {
        const { report } = await replicas.run({ method, ...linkOf(settings) });
        if (turn !== this.#turn) return;
        this.reports.set(method, report);
      } catch (error) {
        // Replicas that were let go of meanwhile.
        if (turn !== this.#turn) return;
        this.running = null;
        throw error;
      }
    }
    this.running = null;
    this.draw();
  }

  /**
   * The rows, dearest last.
   * @param {SyncReport} own
   * @returns {{name: string, says: string, report: SyncReport, own: boolean}[]}
   */
  rows(own) {
    const rows = [{ name: 'this tree', says: 'as it is set at the side', report: own, own: true }];
    for (const [method, name, says] of others) {
      const report = this.reports.get(method);
      if (report) rows.push({ name, says, report, own: false });
    }
    return rows.sort((a, b) => a.report.bytes - b.report.bytes || Number(b.own) - Number(a.own));
  }
}

/** Keys that were sent though they did not differ. @param {SyncReport} report */
export const forNothing = ({ keys_sent, keys_differing }) => Math.max(0, keys_sent - keys_differing);
