/** One run for the browser tests, with what the engine in Node makes of it: a link, and the hashes to be reached. */
import { encodeLink } from '../../web/engine/link.js';
import { openTestEngine } from './engine.js';

const scenario = {
  seed: 23,
  cluster: { nodes: 5, n: 3, w: 2, r: 1 },
  network: { latency: { profile: 'lnkd-disk' }, loss: 0.05 },
  records: [{ key: 'x', value: '0' }],
  workload: { clients: 2, duration_ms: 80, think_ms: 10, keys: 2 },
  actions: [
    { do: 'crash', node: 'B', at_ms: 20 },
    { do: 'put', client: 'c1', key: 'x', value: 'é', at_ms: 30 },
    { do: 'restart', node: 'B', at_ms: 40 },
  ],
};

export async function makeRun() {
  const engine = openTestEngine();
  const session = await engine.create(scenario);
  await session.step();
  const end = { position: session.status.position, hash: (await session.view('hash')).trace_sha256 };
  const position = Math.floor(end.position / 2);
  await session.seek(position);
  const { trace_sha256, trace_version } = await session.view('hash');
  const whole = await session.view('scenario');
  engine.close();
  /** @param {number} at */
  const fragment = (at) => `#run=${encodeLink({ scenario: whole, position: at, trace_version })}`;
  return { start: fragment(0), middle: fragment(position), stand: { position, hash: trace_sha256 }, end };
}
