/** Step back is a replay from a snapshot, and fast enough for a frame: under 16 ms in a run of 100 000 events. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHost } from '../lib/engine.js';

test('a back-step in a run of 100 000 events takes under 16 ms', async (t) => {
  const host = await loadHost();
  const events = 100_000;
  const scenario = { seed: 3, workload: { clients: 8, duration_ms: 10_000_000, think_ms: 10 } };
  const { id } = /** @type {any} */ (host.call('create', [JSON.stringify(scenario)]));
  // In slices, as the page runs it; this also warms the code up.
  for (let position = 0; position < events; position += 1000) host.call('step', [id, 1000, -1]);

  /** @type {number[]} */
  const times = [];
  for (let i = 0; i < 300; i++) {
    // All over the run, and the last event first.
    const from = i === 0 ? events : 1 + ((i * 40_503) % events);
    // The best of three: what the machine does besides is not the engine's.
    let best = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 3; attempt++) {
      host.call('seek', [id, from, -1]);
      const start = performance.now();
      const status = /** @type {any} */ (host.call('seek', [id, from - 1, -1]));
      best = Math.min(best, performance.now() - start);
      assert.equal(status.position, from - 1);
      assert.equal(status.last_position, events);
    }
    times.push(best);
  }
  times.sort((a, b) => a - b);
  const [median, worst] = [times[150], times[299]];
  t.diagnostic(`back-step in ${events} events: median ${median.toFixed(2)} ms, worst ${worst.toFixed(2)} ms`);
  assert.ok(worst < 16, `worst ${worst} ms`);
});
