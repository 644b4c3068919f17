/**
 * How fast runs are in WebAssembly. Each is a session, made in slices as a page makes them, and then walked again from
 * its start, which is the bare engine without the session's log.
 *
 *   node tests/bench/wasm-scale.mjs [ROUNDS]
 *
 * Prints a line a bar, "ok" or "FAIL": 64 machines at 1 000 000 events a second or more, and the reference scenario (5
 * machines, 2 clients, 100 ms think time) at 1 000 times real time or more. The best round counts: what the machine
 * does besides is not the engine's.
 */
import { loadHost } from '../lib/engine.js';

const rounds = Number(process.argv[2] ?? 5);
const host = await loadHost();

/** @param {object} scenario @param {number} events */
function measure(scenario, events) {
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

/** @param {string} name @param {number} bare @param {number} session @param {number} bar @param {string} unit */
function told(name, bare, session, bar, unit) {
  const words = `${Math.round(bare)} ${unit} (in a session ${Math.round(session)}), at least ${bar}`;
  console.log(`${bare >= bar ? 'ok  ' : 'FAIL'} wasm ${name}: ${words}`);
}

const reference = { workload: { clients: 2, duration_ms: 3_600_000, think_ms: 100 } };
const many = { cluster: { nodes: 64 }, workload: { clients: 40, duration_ms: 3_600_000, think_ms: 100 } };

const large = Array.from({ length: rounds }, () => measure(many, 400_000));
const small = Array.from({ length: rounds }, () => measure(reference, 200_000));
/** @param {number[]} values */
const best = (values) => Math.max(...values);
told(
  '64 machines',
  best(large.map((run) => run.events / run.bare_s)),
  best(large.map((run) => run.events / run.session_s)),
  1_000_000,
  'events/s',
);
told(
  'reference scenario',
  best(small.map((run) => run.sim_s / run.bare_s)),
  best(small.map((run) => run.sim_s / run.session_s)),
  1000,
  'times real time',
);
