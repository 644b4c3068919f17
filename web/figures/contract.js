// Fig 6-1, the key-value contract: the state of the figure, and what each press does. The store is contract-run.js,
// the drawing contract-view.js.
import one from '../../content/scenarios/contract.json' with { type: 'json' };
import { encodeLink } from '../engine/link.js';
import { formatBytes, formatList, formatMs, group } from '../ui/format.js';
import { ContractRun } from './contract-run.js';
import { contractFrame, sizeOf } from './contract-view.js';
import { refusalSentence } from './refusal.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { Link } from '../engine/link.js' */
/** @import { Operation } from '../engine/engine.d.ts' */
/** @import { Answer, ContractPicture } from './contract-view.js' */
/** @import { Row } from './contract-run.js' */

const first = one.records[0];

/** @type {Answer} */
const nothingYet = { call: 'no call yet', said: 'press get', note: 'the store answers here', tone: 'plain' };

/**
 * The figure before the engine is there, and after a reset: the seed's five records, the lid closed.
 * @returns {ContractPicture}
 */
export function stillContract() {
  return {
    live: false,
    lid: 'closed',
    rows: one.records.map(({ key, value }) => ({ key, value, deleted: false, copies: [] })),
    machines: [],
    key: first.key,
    value: first.value,
    answer: nothingYet,
    behind: '',
    calls: [],
  };
}

export class ContractFigure {
  /** @param {import('./sim-figure.js').FigureHost} host */
  constructor(host) {
    this.host = host;
    this.picture = stillContract();
    /** @type {Engine | null} */
    this.engine = null;
    /** @type {ContractRun | null} */
    this.store = null;
  }

  /** @param {Engine} engine @param {Link | null} link @param {URLSearchParams | null} opened */
  async start(engine, link, opened) {
    this.engine = engine;
    if (!link) {
      await this.reset();
      return;
    }
    this.store = await ContractRun.open(engine, link.scenario, link.position);
    const closed = opened?.get('lid') === 'closed' && this.store.machines === 1;
    this.show({ live: true, lid: closed ? 'closed' : this.store.machines === 1 ? 'one' : 'five' });
    const last = this.store.readerCalls.at(-1);
    if (last) this.show({ answer: answerTo(last), key: formatBytes(last.key) });
    this.describe();
  }

  async reset() {
    await this.open(1);
    this.show({ ...stillContract(), live: true });
    this.describe();
  }

  /** @param {1 | 5} machines */
  async open(machines, writes = /** @type {import('../engine/engine.d.ts').Action[]} */ ([])) {
    if (!this.engine) return;
    const before = this.store;
    this.store = await ContractRun.start(this.engine, machines, writes);
    await before?.session.close();
  }

  stop() {
    this.store?.session.close();
  }

  async link() {
    if (!this.store) throw new Error('the store is not open');
    return { lid: this.picture.lid, run: encodeLink(await this.store.link()) };
  }

  view() {
    return contractFrame(this.picture, {
      call: (verb) => this.host.run(() => this.call(verb)),
      type: (name, text) => this.show({ [name]: text }),
      choose: ({ key, value }) => this.show({ key, value }),
      attempt: (what) => this.host.run(() => this.attempt(what)),
      toggleLid: () => this.host.run(() => this.toggleLid()),
      setMachines: (lid) => this.host.run(() => this.setMachines(lid)),
      plug: (machine, on) => this.host.run(() => this.plug(machine, on)),
    });
  }

  /** @param {Partial<ContractPicture>} news */
  show(news) {
    this.picture = { ...this.picture, ...news };
    this.host.changed();
  }

  /** Takes over what the engine's views say now. */
  describe() {
    if (!this.store) return;
    const { rows, stage, readerCalls } = this.store;
    this.show({
      rows,
      machines: stage.nodes.map(({ name, up, copies }) => ({ name, up, copies: copies.length })),
      behind: behindSentence(rows, stage.nodes),
      calls: readerCalls.slice(-12).map(callRow),
    });
  }

  /** @param {'put' | 'get' | 'delete'} verb */
  async call(verb, key = this.picture.key, value = this.picture.value) {
    if (!this.store) return;
    const before = this.store.rows.find((row) => row.key === key && !row.deleted);
    try {
      const operation = await this.store.call(verb, key, value);
      if (verb !== 'get' && this.picture.lid !== 'closed') await this.store.probe();
      this.show({ answer: answerTo(operation, verb === 'put' ? before : undefined) });
    } catch (error) {
      this.show({ answer: refusal(verb, key, error) });
    }
    this.describe();
  }

  /** The two things a first reader would not think of. @param {'missing' | 'too large'} what */
  async attempt(what) {
    if (!this.store || !this.engine) return;
    if (what === 'missing') {
      this.show({ key: 'nobody:home', value: '' });
      await this.call('get');
      return;
    }
    const { max_record_bytes } = await this.engine.about();
    const key = first.key;
    this.show({ key, value: first.value });
    await this.call('put', key, 'x'.repeat(max_record_bytes + 1 - sizeOf(key)));
  }

  async toggleLid() {
    const open = this.picture.lid === 'closed';
    if (!open && this.store && this.store.machines !== 1) await this.setMachines('one');
    this.show({ lid: open ? 'one' : 'closed' });
    if (open) await this.store?.probe();
    this.describe();
  }

  /** @param {'one' | 'five'} lid */
  async setMachines(lid) {
    if (!this.store || lid === this.picture.lid) return;
    await this.open(lid === 'one' ? 1 : 5, this.store.writes);
    await this.store.probe();
    this.show({ lid });
    this.describe();
  }

  /** @param {string} machine @param {boolean} on */
  async plug(machine, on) {
    await this.store?.plug(machine, on);
    this.describe();
  }
}

/**
 * What the caller was told, in a call, an answer and a note.
 * @param {Operation} operation
 * @param {Row} [replaced]
 * @returns {Answer}
 */
function answerTo(operation, replaced) {
  const key = formatBytes(operation.key);
  const call = `${operation.do}(${key})`;
  const took = operation.end_us === null ? '' : formatMs((operation.end_us - operation.begin_us) / 1000);
  if (operation.outcome !== 'ok') {
    return { call, said: '✕ no answer', note: `the caller gave up after ${took}`, tone: 'failed' };
  }
  if (operation.do === 'put') {
    const note = replaced ? `the key was there: its old value is replaced` : 'a new key';
    return { call, said: '→ saved', note: `${note} · ${took}`, tone: 'fresh' };
  }
  if (operation.do === 'delete') {
    return {
      call,
      said: '→ deleted',
      note: `a marker now stands where the value was · ${took}`,
      tone: 'fresh',
    };
  }
  if (!operation.found) return { call, said: '→ nothing', note: `no such key · ${took}`, tone: 'plain' };
  const value = formatBytes(operation.value);
  const said = `→ ${value.length > 48 ? `${value.slice(0, 32)}…` : value}`;
  if (operation.label === 'stale') {
    return { call, said, note: `an older value: this copy missed a put (05) · ${took}`, tone: 'stale' };
  }
  return { call, said, note: `${group(sizeOf(value))} bytes, not looked into · ${took}`, tone: 'fresh' };
}

/**
 * @param {string} verb
 * @param {string} key
 * @param {unknown} error
 * @returns {Answer}
 */
function refusal(verb, key, error) {
  const note = `${refusalSentence(error)}. Nothing was changed.`;
  return { call: `${verb}(${key})`, said: '✕ refused', note, tone: 'failed' };
}

/**
 * What the plugs have done to the callers.
 * @param {Row[]} all
 * @param {{name: string, up: boolean}[]} machines
 */
function behindSentence(all, machines) {
  const rows = all.filter(({ deleted }) => !deleted);
  const off = machines.filter(({ up }) => !up).map(({ name }) => name);
  const silent = rows.filter(({ told }) => told === 'silent').map(({ key }) => key);
  const older = rows.filter(({ told }) => told === 'older value').map(({ key }) => key);
  if (machines.length === 1) {
    return off.length === 0
      ? 'One machine holds every record. Pull its plug.'
      : 'One plug, and no record answers. They are all still on the machine: unreachable is not lost.';
  }
  const missed = older.length
    ? ` ${formatList(older)} ${older.length === 1 ? 'answers' : 'answer'} with an older value: a machine that was off missed a put, see 05.`
    : '';
  if (off.length === 0) {
    return missed
      ? `Every machine is on.${missed}`
      : 'Each record lies on three of the five machines. Pull plugs, one at a time.';
  }
  const pulled = `${formatList(off)} ${off.length === 1 ? 'is' : 'are'} off`;
  if (silent.length === rows.length) return `${pulled}: no record answers. Plug one back in.`;
  if (silent.length > 0) {
    const names = silent.length <= 3 ? formatList(silent) : `${silent.length} records`;
    const rest = rows.length - silent.length;
    return `${pulled}: ${names} ${silent.length === 1 ? 'is' : 'are'} silent, the other ${rest === 1 ? 'one answers' : `${rest} answer`}. Unreachable is not lost: plug a machine back in.${missed}`;
  }
  return missed
    ? `${pulled}, and every record answers.${missed}`
    : `${pulled}, and the caller notices nothing: all ${rows.length} records answer.`;
}

/** @param {Operation} operation */
function callRow(operation) {
  const { call, said } = answerTo(operation);
  const took = operation.end_us === null ? '–' : formatMs((operation.end_us - operation.begin_us) / 1000);
  return [call.slice(0, call.indexOf('(')), formatBytes(operation.key), said.replace(/^[→✕] /, ''), took];
}
