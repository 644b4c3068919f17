// One machine of Fig 6-10, opened twelve minutes into the hour: a write of the cart goes through it, and what it does for
// that write, and besides, is read off the engine's views.
import { formatMs } from '../ui/format.js';
import { scenarioFor } from './hours-parts.js';

/** @import { Engine } from '../engine/client.js' */
/** @import { HealingMachine, Message, Operation } from '../engine/engine.d.ts' */
/** @import { Hour, Out } from './hours-parts.js' */

export const openedMinute = 12;
const momentUs = openedMinute * 60_000_000;
/** As long as the client asks again. */
const waitUs = 3_000_000;

export const writer = 'c3';
export const key = 'cart:shopper-17';
export const put = { do: 'put', client: writer, key, value: '[sku-901, sku-742, sku-555]' };

/** @typedef {{from: string, to: string, kind: string, ms: number}} Leg of the write, ms after it began */

/**
 * @typedef {object} Opened
 * @property {string} name
 * @property {boolean} up
 * @property {string} outcome
 * @property {number | null} tookMs
 * @property {string[]} homes the machines that should keep the key
 * @property {string[]} kept those that took it, the machine itself among them
 * @property {Leg[]} legs
 * @property {number} records of which it has a copy
 * @property {string[]} shares machines with which it has records in common
 * @property {boolean} compares it has trees
 * @property {{knows: string[], dead: string[]} | null} gossip
 * @property {{for: string, held: number}[] | null} hints
 */

/**
 * @param {Engine} engine
 * @param {Out} out
 * @param {Hour} hour
 * @param {string} name of the machine
 * @returns {Promise<Opened>}
 */
export async function openMachine(engine, out, hour, name) {
  const scenario = /** @type {any} */ (scenarioFor(out, hour));
  const session = await engine.create(scenario);
  try {
    await session.step({ untilUs: momentUs });
    await session.apply({ ...put, coordinator: name });
    await session.step({ untilUs: momentUs + waitUs });
    const { operations } = await session.view('history');
    const op = operations.find(isOurs);
    if (!op) throw new Error('the write was not made');
    const { messages } = await session.view('messages');
    const { keys, nodes } = await session.view('stage');
    const healing = scenario.cluster.gossip ? await session.view('healing') : null;
    const machine = healing?.machines.find((one) => one.name === name) ?? null;
    const own = keys.filter(({ replicas }) => replicas.includes(name));
    const legs = legsOf(messages, op);
    return {
      name,
      up: nodes.find((node) => node.name === name)?.up ?? false,
      outcome: op.outcome,
      tookMs: op.end_us === null ? null : (op.end_us - op.begin_us) / 1000,
      homes: keys.find((one) => one.key === key)?.replicas ?? [],
      kept: nodes
        .filter(({ copies }) =>
          copies.some((copy) => copy.op === op.op || copy.siblings?.some((one) => one.op === op.op)),
        )
        .map((node) => node.name),
      legs,
      records: nodes.find((node) => node.name === name)?.copies.length ?? 0,
      shares: [...new Set(own.flatMap(({ replicas }) => replicas))].filter((other) => other !== name).sort(),
      compares: Boolean(scenario.cluster.anti_entropy),
      ...healingOf(machine, scenario.cluster),
    };
  } finally {
    await session.close();
  }
}

/** @param {Operation} operation */
const isOurs = ({ client, action, begin_us }) => client === writer && action !== null && begin_us >= momentUs;

/** @param {HealingMachine | null} machine @param {{gossip?: object, hints?: object}} cluster */
function healingOf(machine, cluster) {
  if (!machine || !cluster.gossip) return { gossip: null, hints: null };
  const known = machine.peers.filter(({ generation }) => generation > 0);
  return {
    gossip: {
      knows: known.map((peer) => peer.name),
      dead: known.filter(({ down }) => down).map((peer) => peer.name),
    },
    hints: cluster.hints ? machine.hints.filter(({ held }) => held > 0) : null,
  };
}

/** @param {Message[]} messages @param {Operation} op @returns {Leg[]} */
function legsOf(messages, op) {
  return messages
    .filter((message) => message.op === op.op && message.from !== message.to)
    .map(({ from, to, kind, sent_us, state }) => ({
      from,
      to,
      kind: state === 'delivered' ? kind : `${kind}, ${state === 'down' ? 'nobody there' : state}`,
      ms: (sent_us - op.begin_us) / 1000,
    }));
}

/** @param {Opened} opened */
export function outcomeWords({ outcome, tookMs }) {
  if (outcome === 'ok') return `saved, after ${formatMs(tookMs ?? 0)}`;
  return outcome === 'refused' ? 'refused' : 'no answer';
}
