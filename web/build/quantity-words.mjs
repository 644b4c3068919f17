// What a claim measures, in words with its unit: made from the measure, so that a number never stands alone.
import { runsOf } from '../claims/shown.js';

/** @import { Claim, Measure } from '../engine/engine.d.ts' */

/** What is counted or timed, by its place in what the engine tells; "a / b + c" is a share. @type {Record<string, string>} */
const quantities = {
  '/compacted/directory_bytes / /deleted/directory_bytes':
    'the size on disk after compaction, as a share of the size after the deletes',
  '/deleted/directory_bytes / /filled/directory_bytes':
    'the size on disk after the deletes, as a share of the size before them',
  '/filled/amplification/write': 'bytes written to the disk for each byte that was put',
  '/grew': 'the largest size on disk on the way, as a share of the size when it was full',
  '/false_positives/measured': 'the share of absent keys that a filter lets pass',

  '/miss/us_a_read': 'microseconds of disk for one read of an absent key',
  '/miss_over_hit': 'the disk time of a read of an absent key, over that of a key that is there',
  '/read_ms/p99': 'the time within which 99 of 100 reads are answered',
  '/read_ms/p999': 'the time within which 999 of 1000 reads are answered',
  '/write_ms/p999': 'the time within which 999 of 1000 writes are confirmed',
  '/t_visibility_ms/p999': 'how long after a write 999 of 1000 reads are fresh',
  '/fewer_machines': 'the share of keys whose first points belong to fewer machines',
  '/givers_on_join': 'machines that give keys to a new one',
  '/loss_chance': 'the chance that some key loses all its copies',
  '/loss_expected': 'the share of keys that lose all copies',
  '/max_over_mean': 'the load of the busiest machine, over the fair share',
  '/min_over_mean': 'the load of the idlest machine, as a share of the fair one',
  '/moved_on_join': 'the share of keys that move to a new machine',
  '/moved_on_join_modulo': 'the share of keys that move',
  '/one_rack': 'the share of keys with all copies in one rack',
  '/share_stddev_over_mean': 'the standard deviation of the machines’ loads, as a share of the average',
  '/rounds': 'rounds until all machines know it',
  '/hashes': 'hashes that cross',
  '/keys_sent': 'different keys of which a copy is sent',
  '/bytes': 'bytes that cross, without the records',
  '/bytes / /bytes_hash_list': 'bytes that cross, over those of a list with a hash of each key',
  '/messages/bytes / /ops/total': 'bytes between machines and clients for each call',
  '/ops/conflicting / /ops/fresh + /ops/stale':
    'the share of the answered reads that brought several versions',
  '/healing/brought/hint': 'changes that hints brought',
  '/healing/brought/merkle': 'changes that Merkle trees brought',
  '/healing/brought/read_repair': 'changes that read repair brought',
  '/healing/brought/read_repair + /healing/brought/hint + /healing/brought/merkle':
    'changes that anybody brought',
  '/healing/convicted_after':
    'for how many mean intervals between heartbeats the machine had been silent when the others took it for dead',
  '/healing/hints/delivered': 'hints that were handed over',
  '/ops/ok': 'calls that were answered',
  '/ops/ok / /ops/total': 'the share of calls that were answered',
  '/fates/counter/lost / /fates/counter/increments':
    'the share of confirmed increments that the counter does not show at the end',
  '/fates/feature/stale / /fates/feature/reads': 'the share of the flag’s reads that were stale',
  '/ops/timeout / /ops/total': 'the share of calls that got no answer in time',
  '/ops/refused': 'calls that were refused',
  '/ops/refused / /ops/total': 'the share of calls that were refused',
  '/ops/stale': 'stale reads',
  '/ops/stale / /ops/fresh + /ops/stale': 'the share of reads that were stale',
  '/read_ms/max': 'the time of the slowest read',
  '/read_ms/max / /read_mean_ms': 'the time of a read from the disk, over the average read',
  '/crash/keys_gone': 'keys that are gone after the power failed',
  '/crash/restart_ms': 'the time from the power’s return to the first answer',
  '/crash/writes_lost': 'confirmed writes that are lost when the power fails',
  '/hit_rate': 'the share of reads that memory answers',
  '/each_flip/ours/silent': 'single changed bits after which a record is missing and no error is told',
  '/inside/2/always': 'puts that are there after reopening, wherever the third record was cut',
  '/leveldb/puts': 'puts that LevelDB finds after reopening',
  '/fresh/0 / /fresh/0 + /stale/0': 'the share of reads that were fresh',
  '/stale/0 / /fresh/0 + /stale/0': 'the share of reads that were stale',
};

/** @type {[RegExp, string][]} */
const families = [[/^\/window_hits\/\d+ /, 'the share of the reads in these calls that memory answers']];

/** Runs in which something was so. @type {Record<string, string>} */
const findings = {
  '/fates/cart/state broken': 'a change of the cart is lost',
  '/fates/cart/state held': 'no change of the cart is lost',
  '/fates/counter/state held': 'every confirmed increment counts',
  '/fates/last_login/state held': 'the copies of the last login are equal at the end',
  '/fates/session/state held': 'the session reads what it wrote',
  '/fates/session/state broken': 'a session does not read what it wrote',
  '/ops/conflicting 1': 'a read finds two versions',
  '/ops/stale 1': 'the read is stale',
};

/** @param {Claim} claim */
export function quantityInWords({ id, measure, experiment }) {
  if ('equals' in measure) return runsInWords(id, measure);
  const words = of(id, placeOf(measure));
  const many = runsOf(experiment) > 1 && (experiment.kind === 'run' || experiment.kind === 'rumour');
  if (!many || 'over' in measure) return words;
  const each = experiment.kind === 'rumour' ? 'rumour' : 'run';
  const as = 'as' in measure ? measure.as : 'mean';
  if (as === 'max') return `${words}, in the ${each} with the most`;
  if (as === 'min') return `${words}, in the ${each} with the fewest`;
  return `${words}, for one ${each} on average`;
}

/** @param {Exclude<Measure, {equals: unknown}>} measure */
function placeOf(measure) {
  const what = 'sum' in measure ? measure.sum.join(' + ') : measure.of;
  return 'over' in measure && measure.over ? `${what} / ${measure.over.join(' + ')}` : what;
}

/** @param {string} id @param {string} place */
function of(id, place) {
  const words = quantities[place] ?? families.find(([pattern]) => pattern.test(place))?.[1];
  if (!words) throw new Error(`"${id}" measures ${place}, which quantity-words.mjs has no words for`);
  return words;
}

/** @param {string} id @param {Extract<Measure, {equals: unknown}>} measure */
function runsInWords(id, measure) {
  const place = 'share' in measure ? measure.share : measure.count;
  const runs = 'share' in measure ? 'the share of runs' : 'runs';
  const promise = /^\/verdict\/(\w+)\/state$/.exec(place)?.[1];
  if (promise) return `${runs} in which the promise “${promise.replaceAll('_', ' ')}” is ${measure.equals}`;
  const finding = findings[`${place} ${measure.equals}`];
  if (!finding) throw new Error(`"${id}" counts ${place}, which quantity-words.mjs has no words for`);
  return `${runs} in which ${finding}`;
}
