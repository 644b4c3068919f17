/**
 * How fast runs are in WebAssembly. Each is a session, made in slices as a page makes them, and then walked again from
 * its start, which is the bare engine without the session's log.
 *
 *   node tests/bench/wasm-scale.mjs [ROUNDS]
 *
 * Prints a line a bar, "ok" or "FAIL": 64 machines at 1 000 000 events a second or more, and the reference scenario (5
 * machines, 2 clients, 100 ms think time) at 1 000 times real time or more; 64 machines that gossip and watch one
 * another faster than real time. The bar holds for the engine in its best
 * round: what the machine does besides is not the engine's. Medians and the slowest stand beside it.
 */
import { loadHost, loadHostOf } from '../lib/engine.js';

/** @import { EngineHost } from '../../web/engine/host.js' */

const rounds = Number(process.argv[2] ?? 5);
const plain = await loadHost();
const healing = await loadHostOf('systemsim-healing');

/** @param {EngineHost} host @param {object} scenario @param {number} events */
function measure(host, scenario, events) {
  const { id } = /** @type {any} */ (host.call('create', [JSON.stringify(scenario)]));
  const slice = 5000;
  let status = /** @type {any} */ ({ position: 0 });
  const start = performance.now();
  while (status.position < events) {
    const { position } = status;
    status = host.call('step', [id, Math.min(slice, events - position), -1]);
    if (status.position === position) break; // the run is over
  }
  const session_s = (performance.now() - start) / 1000;
  const last = status.position;
  host.call('seek', [id, 0, -1]);
  const again = performance.now();
  for (let position = 0; position < last; position += slice) {
    host.call('seek', [id, Math.min(position + slice, last), -1]);
  }
  const bare_s = (performance.now() - again) / 1000;
  host.call('close', [id]);
  return { events: last, sim_s: status.now_us / 1e6, session_s, bare_s };
}

const reference = { workload: { clients: 2, duration_ms: 3_600_000, think_ms: 100 } };
const many = { cluster: { nodes: 64 }, workload: { clients: 40, duration_ms: 3_600_000, think_ms: 100 } };

const gossiping = { cluster: { nodes: 64, gossip: {}, anti_entropy: {} }, upkeep_ms: 3_600_000 };

/**
 * Measures a scenario in every round and says what came of it.
 * @param {string} name @param {object} scenario @param {number} events
 * @param {(run: ReturnType<typeof measure>) => number} amount what is counted, of one run
 * @param {number} bar at least so many a second @param {string} unit @param {EngineHost} [host]
 */
function tell(name, scenario, events, amount, bar, unit, host = plain) {
  const runs = Array.from({ length: rounds }, () => measure(host, scenario, events));
  /** @param {(run: ReturnType<typeof measure>) => number} seconds */
  const speeds = (seconds) =>
    runs.map((run) => Math.round(amount(run) / seconds(run))).sort((one, other) => other - one);
  const bare = speeds((run) => run.bare_s);
  const session = speeds((run) => run.session_s);
  /** @param {number[]} sorted */
  const spread = (sorted) => `${sorted[0]}, median ${sorted[sorted.length >> 1]}, slowest ${sorted.at(-1)}`;
  const met = bare[0] >= bar ? 'ok  ' : 'FAIL';
  console.log(
    `${met} wasm ${name}: ${spread(bare)} ${unit}, at least ${bar} (in a session ${spread(session)})`,
  );
}

tell('64 machines', many, 400_000, (run) => run.events, 1_000_000, 'events/s');
tell('reference scenario', reference, 200_000, (run) => run.sim_s, 1000, 'times real time');
tell('64 gossiping machines', gossiping, 100_000, (run) => run.sim_s, 1, 'times real time', healing);
