// Fig 6-2's switches, and the scenarios that they stand for.
import base from '../../content/scenarios/goals.json' with { type: 'json' };

/** @import { Action, Scenario } from '../engine/engine.d.ts' */

/**
 * @typedef {object} Switches
 * @property {1 | 5} machines
 * @property {1 | 3} copies
 * @property {1 | 2} quorum W and R alike
 * @property {1 | 16} points of a machine on the ring
 * @property {'none' | 'all'} memory for which values a machine has memory
 * @property {boolean} cut the network is cut in two
 * @property {'none' | 'joined' | 'left'} change what one more machine has done in the running cluster
 */

/** @typedef {Omit<Switches, 'machines' | 'quorum'> & {machines: number, quorum: number}} Cluster what they stand for, or nearly */

/** @type {Switches} */
export const startSwitches = {
  machines: 1,
  copies: 1,
  quorum: 1,
  points: 1,
  memory: 'none',
  cut: false,
  change: 'none',
};

/**
 * Without memory for values each is read from a hard disk; a write, too, looks first for what it replaces. What the
 * writing itself costs is in the profile of latencies already (LNKD-DISK was measured on machines with disks), so it is
 * not counted again: the log is as good as never synced. Nobody crashes in these runs who comes back.
 */
const withoutMemory = { store: 'tiers', memory_bytes: 0, sync_every: 1000 };

/** When one more machine joins, and when it leaves again. */
export const joinUs = 100_000;
export const leaveUs = 200_000;

/**
 * The cluster that these switches stand for, before anything joins.
 * @param {Cluster} switches
 * @param {Action[]} [more]
 * @returns {Scenario}
 */
export function scenarioFor({ machines, copies, quorum, points, memory, cut }, more = []) {
  const onDisk = memory === 'none';
  const cluster = {
    ...base.cluster,
    nodes: machines,
    n: copies,
    w: quorum,
    r: quorum,
    vnodes: points,
    ...(onDisk ? withoutMemory : {}),
  };
  const actions = cut ? [{ do: 'partition', groups: twoSides(machines), at_us: 0 }, ...more] : more;
  return { ...base, cluster, ...(onDisk ? { disk: 'hdd' } : {}), actions };
}

/** What a link holds. @param {Switches} switches */
export function linkedScenario(switches) {
  const node = joinerOf(switches.machines);
  const changes = [
    { do: 'join', node, at_us: joinUs },
    { do: 'leave', node, at_us: leaveUs },
  ];
  return scenarioFor(switches, changes.slice(0, ['none', 'joined', 'left'].indexOf(switches.change)));
}

/**
 * Back from a link's scenario.
 * @param {any} scenario
 * @returns {Switches}
 */
export function switchesOf(scenario) {
  const { nodes, n, w, vnodes, store } = scenario.cluster ?? {};
  const does = (/** @type {string} */ what) =>
    (scenario.actions ?? []).some((/** @type {Action} */ action) => action.do === what);
  return {
    machines: nodes === 5 ? 5 : 1,
    copies: n === 3 ? 3 : 1,
    quorum: w === 2 ? 2 : 1,
    points: vnodes === 16 ? 16 : 1,
    memory: store === 'tiers' ? 'none' : 'all',
    cut: does('partition'),
    change: does('leave') ? 'left' : does('join') ? 'joined' : 'none',
  };
}

/**
 * The cluster after the join, where it has ended: all lamps but 05 are measured on it.
 * @param {Switches} switches
 * @param {{done: boolean, left: boolean} | null} change
 */
export function settledMachines({ machines }, change) {
  return machines + (change?.done && !change.left ? 1 : 0);
}

const names = ['A', 'B', 'C', 'D', 'E', 'F'];

/** @param {number} machines */
export function machineNames(machines) {
  return names.slice(0, machines);
}

/** Who joins so many machines. @param {number} machines */
export function joinerOf(machines) {
  return names[machines];
}

/**
 * Machines and clients on two sides of the cut, as evenly as they go; who joins is on the larger side.
 * @param {number} machines
 * @param {string[]} joiners
 */
export function twoSides(machines, ...joiners) {
  const clients = Array.from({ length: base.workload.clients }, (_, at) => `c${at + 1}`);
  const halves = (/** @type {string[]} */ names) => [
    names.slice(0, Math.floor(names.length / 2)),
    names.slice(Math.floor(names.length / 2)),
  ];
  const [smaller, larger] = halves(machineNames(machines));
  const [some, others] = halves(clients);
  return [
    [...smaller, ...some],
    [...larger, ...joiners, ...others],
  ];
}
