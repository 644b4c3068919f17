// Fig 6-1's engine side: a real store with the seed's five records, called by hand, its machines unplugged by hand.
// Nothing here decides an outcome; every call and every probe is an action in one session, read back from its views.

import one from '../../content/scenarios/contract.json' with { type: 'json' };
import five from '../../content/scenarios/contract-five.json' with { type: 'json' };
import { formatBytes, sameBytes } from '../ui/format.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Session } from '../engine/session.js' */
/** @import { Action, Data, Operation, Scenario, Stage } from '../engine/engine.d.ts' */

/** The reader's own calls are made by this client, the figure's probes by the other. */
const reader = 'c1';
const prober = 'c2';

/** @typedef {'up_to_date' | 'behind' | 'off' | 'none'} Mark off: a copy on an unplugged machine */

/** @typedef {'value' | 'older value' | 'nothing' | 'silent'} Told */

/**
 * @typedef {object} Row a record, as one who may look behind the surface sees it
 * @property {string} key
 * @property {string} value
 * @property {boolean} deleted its newest copy is a marker
 * @property {{machine: string, mark: Mark}[]} copies one for each machine
 * @property {Told} [told] what the last probe was told
 */

export class ContractRun {
  /**
   * @param {Engine} engine
   * @param {Session} session
   * @param {Stage} stage
   * @param {Operation[]} operations
   */
  constructor(engine, session, stage, operations) {
    this.engine = engine;
    this.session = session;
    this.stage = stage;
    this.operations = operations;
  }

  /**
   * @param {Engine} engine
   * @param {1 | 5} machines
   * @param {Action[]} actions writes to make again
   */
  static async start(engine, machines, actions = []) {
    return ContractRun.open(engine, { ...(machines === 1 ? one : five), actions });
  }

  /**
   * @param {Engine} engine
   * @param {Scenario} scenario
   * @param {number} [position] to the end when left out
   */
  static async open(engine, scenario, position) {
    const session = await engine.create(scenario);
    if (position === undefined) await session.step();
    else await session.seek(position);
    const run = new ContractRun(engine, session, await session.view('stage'), []);
    await run.look();
    return run;
  }

  get machines() {
    return this.stage.nodes.length;
  }

  /**
   * The newest answered call of the reader, and of each record's probe since the plugs last changed.
   * @param {string} client
   */
  callsOf(client) {
    return this.operations.filter((operation) => operation.client === client);
  }

  get readerCalls() {
    return this.callsOf(reader);
  }

  /**
   * @param {'put' | 'get' | 'delete'} verb
   * @param {string} key
   * @param {string} [value]
   * @returns {Promise<Operation>} rejected with the engine's own sentence when it refuses
   */
  async call(verb, key, value) {
    const action = { do: verb, client: reader, key, ...(verb === 'put' ? { value } : {}) };
    await this.session.apply(action);
    await this.session.step();
    await this.look();
    return /** @type {Operation} */ (this.readerCalls.at(-1));
  }

  /** @param {string} machine @param {boolean} on */
  async plug(machine, on) {
    await this.session.apply({ do: on ? 'restart' : 'crash', node: machine });
    await this.probe();
  }

  /** Asks for every record, one after the other, as any caller would. */
  async probe() {
    for (const { key } of this.stage.keys) {
      await this.session.apply({ do: 'get', client: prober, key });
      await this.session.step();
    }
    await this.look();
  }

  async look() {
    this.stage = await this.session.view('stage');
    this.operations = (await this.session.view('history')).operations;
  }

  /** @returns {Row[]} the seed's records in the seed's order, then those the reader added */
  get rows() {
    const probes = this.callsOf(prober);
    const seeds = one.records.map(({ key }) => key);
    const rank = (/** @type {Data} */ key) => {
      const at = seeds.indexOf(formatBytes(key));
      return at < 0 ? seeds.length : at;
    };
    return [...this.stage.keys]
      .sort((left, right) => rank(left.key) - rank(right.key))
      .map(({ key }) => this.row(key, probes.filter((probe) => sameBytes(probe.key, key)).at(-1)))
      .filter(({ copies }) => copies.some(({ mark }) => mark !== 'none'));
  }

  /**
   * @param {Data} key
   * @param {Operation | undefined} probe
   * @returns {Row}
   */
  row(key, probe) {
    const held = this.stage.nodes.map(({ name, up, copies }) => ({
      name,
      up,
      copy: copies.find((copy) => sameBytes(copy.key, key)),
    }));
    const newest = held.find(({ copy }) => copy?.state === 'up_to_date')?.copy;
    return {
      key: formatBytes(key),
      value: formatBytes(newest?.value ?? ''),
      deleted: !newest || newest.deleted,
      copies: held.map(({ name, up, copy }) => ({ machine: name, mark: markOf(copy?.state, up) })),
      told: probe && toldBy(probe),
    };
  }

  /** The reader's writes so far: what a cluster of another size is started with. */
  get writes() {
    return this.readerCalls
      .filter((operation) => operation.do !== 'get')
      .map((operation) => ({
        do: operation.do,
        client: reader,
        key: operation.key,
        at_us: operation.begin_us,
        ...(operation.do === 'put' ? { value: operation.value } : {}),
      }));
  }

  async link() {
    const { trace_version } = await this.engine.about();
    return {
      scenario: await this.session.view('scenario'),
      position: this.session.status.position,
      trace_version,
    };
  }
}

/**
 * @param {Operation} probe
 * @returns {Told}
 */
function toldBy({ outcome, found, label }) {
  if (outcome !== 'ok') return 'silent';
  if (label === 'stale') return 'older value';
  return found ? 'value' : 'nothing';
}

/**
 * @param {'up_to_date' | 'behind' | undefined} state
 * @param {boolean} up
 * @returns {Mark}
 */
function markOf(state, up) {
  if (state === undefined) return 'none';
  return up ? state : 'off';
}
