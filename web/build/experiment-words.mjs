// What an experiment does, in words: made from the experiment itself, so that the words cannot say anything else.
import { runsOf } from '../claims/shown.js';
import { formatMs, formatShare, group } from '../ui/format.js';

/** @import { Experiment, Measure } from '../engine/engine.d.ts' */

/** The delays of the published profiles, as they are called on the pages. @type {Record<string, string>} */
const profiles = {
  'lnkd-disk': 'LinkedIn’s disks (LNKD-DISK)',
  'lnkd-ssd': 'LinkedIn’s SSDs (LNKD-SSD)',
  ymmr: 'Yammer’s Riak (YMMR)',
  wan: 'three data centres (WAN)',
};

/** In this section W and R get their names; before it they are said in words. */
const quorumSection = '05';

/**
 * @param {Experiment} experiment with the scenario in its place
 * @param {Measure} [measure]
 * @param {string} [section] in which the words stand
 */
export function experimentInWords(experiment, measure, section = quorumSection) {
  const cluster = (/** @type {any} */ scenario) => clusterInWords(scenario, section < quorumSection);
  const runs = group(runsOf(experiment));
  const times = runs === '1' ? 'once' : `${runs} times`;
  switch (experiment.kind) {
    case 'trials':
      return `One write, and one read ${agesInWords(experiment.ages_us)} it is acknowledged, ${times}: ${cluster(experiment.scenario)}.`;
    case 'run':
      return `${titleOf(experiment.scenario)}, run ${times}: ${cluster(experiment.scenario)}.`;
    case 'pbs':
      return `The delays of one write and one read, drawn ${times}: ${quorumInWords(experiment)}, delays of ${profiles[experiment.profile]}.`;
    case 'ring':
      // It is counted without a ring.
      if (measure && 'of' in measure && measure.of === '/moved_on_join_modulo')
        return `${experiment.nodes} machines and then one more, each key on the machine that its hash mod their number names.`;
      return `${runs === '1' ? 'One ring' : `${runs} rings`} of ${experiment.nodes} machines with ${pointsInWords(experiment.vnodes)} each${placesInWords(experiment)}.`;
    case 'check':
      return 'One history of calls, judged by the checker.';
    case 'lookups':
      return `A tree of ${treeInWords(experiment)}, ${experiment.bloom_bits === 0 ? 'without filters' : `filters of ${experiment.bloom_bits ?? 10} bits a key`}; ${group(experiment.reads ?? 2000)} reads of keys that are there, and as many of keys that are not, without a cache.`;
    case 'deletions':
      return `A database of ${treeInWords(experiment)}, filled, every key deleted, then compacted.`;
    case 'rumour':
      return `A rumour among ${group(experiment.nodes)} machines, ${times}, until all of them know it: ${rumourInWords(experiment)}.`;
    case 'merkle':
      return `Two replicas of ${group(experiment.keys ?? 1000)} keys, of which ${group(experiment.differ ?? 1)} ${experiment.differ === 1 ? 'differs' : `differ, ${experiment.clustered ? 'in one stretch of the ring' : 'anywhere on the ring'}`}, made equal once: ${methodInWords(experiment)}.`;
    case 'tiers':
      return tiersInWords(experiment);
    case 'torn_log':
      return `A log of ${experiment.records?.length ?? 3} puts, ${damageInWords(experiment)}, and the database opened again.`;
  }
}

/** What stands in a tree. @param {import('../engine/engine.d.ts').DeletionsOptions} tree */
function treeInWords({ keys = 5000, value_bytes = 100 }) {
  return `${group(keys)} keys with values of ${value_bytes} bytes`;
}

/** What is not said has the job's default (cpp/lab/rumour.h). @param {Extract<Experiment, {kind: 'rumour'}>} rumour */
function rumourInWords({ spread = 'push', fanout = 1 }) {
  const whom = fanout === 1 ? 'one other' : `${fanout} others`;
  if (spread === 'push') return `in each round, each that knows it tells ${whom} at random`;
  if (spread === 'pull') return `in each round, each asks ${whom} at random`;
  return `in each round, each exchanges what it knows with ${whom} at random`;
}

/** What is not said has the job's default (cpp/lab/sync_run.h). @param {import('../engine/engine.d.ts').MerkleOptions} asked */
function methodInWords({ method = 'tree', fan_out = 16, depth, leaf_keys = 1 }) {
  const leaves =
    depth === undefined
      ? `at most ${leaf_keys === 1 ? 'one key' : `${leaf_keys} keys`} a leaf on average`
      : `${group(fan_out ** depth)} leaves`;
  return {
    tree: `by Merkle trees with ${fan_out} children a node and ${leaves}`,
    cassandra: 'by sending the whole of a tree with 32\u202f768 leaves',
    riak: 'by trees with 1024 children a node, two levels of them',
    range: 'by fingerprints of ranges',
    hashes: 'by a hash of each key',
    all: 'by sending every key',
  }[method];
}

/** What is not said has the job's default (cpp/lab/tiers_job.h). @param {import('../engine/engine.d.ts').TiersOptions} machine */
function tiersInWords(machine) {
  const { keys = 100_000, operations = 200_000, traffic = 'zipf', exponent = 0.99, memory = 0.1 } = machine;
  const { log = true, sync_every = 1, disk = 'ssd', eviction = 'lru', crash_at } = machine;
  const uses = traffic === 'even' ? 'all equally often' : `by Zipf’s law with exponent ${exponent}`;
  const holds = log
    ? `memory for ${formatShare(memory, 1)} of the values (${eviction.toUpperCase()}), a log on ${disk === 'hdd' ? 'a hard disk' : 'an SSD'} that is synced ${sync_every === 1 ? 'at each write' : `every ${sync_every} writes`}`
    : 'everything in memory, no log';
  const crash = crash_at === undefined ? '' : `; its power is cut after ${group(crash_at)}`;
  return `One machine with ${group(keys)} keys: ${holds}. ${group(operations)} calls, the keys asked for ${uses}${crash}.`;
}

/** @param {import('../engine/engine.d.ts').TornLogOptions} log */
function damageInWords({ cut, flip, each_byte }) {
  if (each_byte) return 'cut off at each byte in turn, and each bit of it turned in turn';
  if (flip) return `one bit of byte ${flip.byte} turned`;
  return cut === undefined ? 'whole' : `cut off after ${cut} bytes`;
}

/** @param {number[]} ages */
function agesInWords(ages) {
  return ages.map((us) => (us === 0 ? 'the instant' : `${formatMs(us / 1000)} after`)).join(', ');
}

/** @param {any} scenario */
function titleOf({ title }) {
  return title ? `“${title}”` : 'A run';
}

/** How a ring is walked, and what dies. @param {Extract<Experiment, {kind: 'ring'}>} ring */
function placesInWords(ring) {
  const { racks = 1, data_centres = 1 } = ring;
  return [
    ...(data_centres > 1 ? [` in ${data_centres} data centres`] : []),
    ...(racks > 1 ? [` in ${racks} racks${data_centres > 1 ? ' each' : ''}`] : []),
    ...(ring.weights ? [`, weights ${ring.weights.join(', ')}`] : []),
    ...(ring.n > 1 ? [`, ${ring.n} copies`] : []),
    ...(ring.skip_same_machine === false ? [', on the first points whoever they belong to'] : []),
    ...(ring.skip_same_rack ? [', in different racks'] : []),
    ...(ring.dead ? [`; ${ring.dead} of the machines lost`] : []),
  ].join('');
}

/** What is not said has its default. @param {any} scenario @param {boolean} isPlain without the letters N, W and R */
function clusterInWords({ cluster = {}, network = {} }, isPlain) {
  const { nodes, vnodes, n, w, r } = cluster;
  return [
    ...(nodes ? [`${nodes} ${nodes === 1 ? 'machine' : 'machines'}`] : []),
    ...(vnodes > 1 ? [pointsInWords(vnodes)] : []),
    ...(n > 1 && nodes > n ? [`each key on ${n} of them`] : []),
    ...(!isPlain ? [quorumInWords(cluster)] : n > 1 ? [`a write needs ${w} of them and a read ${r}`] : []),
    ...(network.latency ? [`delays ${delaysInWords(network.latency)}`] : []),
    ...(network.loss ? [`one message in ${Math.round(1 / network.loss)} lost`] : []),
    // Whatever W and R are.
    ...(cluster.without_quorum === 'answer'
      ? [`after ${formatMs(cluster.patience_ms)} one answer is enough`]
      : []),
  ].join(', ');
}

/** @param {{profile: string, min_ms?: number, max_ms?: number}} latency */
function delaysInWords({ profile, min_ms, max_ms }) {
  if (profile === 'uniform') return `from ${formatMs(Number(min_ms))} to ${formatMs(Number(max_ms))}`;
  return `of ${profiles[profile] ?? 'a constant length'}`;
}

/** @param {{n?: number, w?: number, r?: number}} quorum */
function quorumInWords({ n, w, r }) {
  return `N\u00a0=\u00a0${n}, W\u00a0=\u00a0${w}, R\u00a0=\u00a0${r}`;
}

/** @param {number} vnodes */
function pointsInWords(vnodes) {
  return vnodes === 1 ? 'one point' : `${vnodes} points`;
}
