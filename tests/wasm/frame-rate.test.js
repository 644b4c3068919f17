/**
 * Time on the screen decides when the engine takes its steps, never what they do: the page's own player at 5, 60 and
 * 144 frames a second, at every pace, with stumbling frames, and a run without any player leave the same trace.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Player } from '../../web/ui/player.js';
import { openTestEngine } from '../lib/engine.js';

const engine = openTestEngine();

const scenario = {
  seed: 5,
  network: { latency: { profile: 'lnkd-ssd' }, loss: 0.05 },
  workload: { clients: 2, duration_ms: 400, think_ms: 30 },
  actions: [
    { do: 'crash', node: 'A', at_ms: 100 },
    { do: 'restart', node: 'A', at_ms: 250 },
  ],
};

const headless = await engine.create(scenario);
await headless.step();
const { trace_sha256 } = await headless.view('hash');

/** Frames that come when the test says so. */
class FrameLoop {
  /** @type {((ms: number) => void) | null} */
  #next = null;
  ms = 0;

  /** @param {(ms: number) => void} callback */
  request = (callback) => {
    this.#next = callback;
    return 1;
  };

  cancel = () => {
    this.#next = null;
  };

  /** @param {number} elapsed */
  async frame(elapsed) {
    this.ms += elapsed;
    const callback = this.#next;
    this.#next = null;
    callback?.(this.ms);
    // The engine's answer arrives between two frames.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

for (const fps of [5, 60, 144]) {
  for (const pace of /** @type {const} */ (['each', 'steady', 'fast'])) {
    test(`played at ${fps} frames a second, pace "${pace}", the trace is that of a run without frames`, async () => {
      const session = await engine.create(scenario);
      const loop = new FrameLoop();
      const player = new Player({
        drive: {
          status: () => session.status,
          quiet: () => session.status.ended,
          step: (bounds) => session.step(bounds),
          seek: (position) => session.seek(position),
        },
        clock: loop,
        onFrame: () => {},
        onChange: () => {},
      });
      player.setPace(pace);
      player.play({ eachMs: 20 });
      // Every seventh frame is three times late, as on a busy machine.
      let frames = 0;
      while (player.playing) {
        assert.ok(frames < 1_000_000, 'the player comes to an end');
        await loop.frame((1000 / fps) * (++frames % 7 === 0 ? 3 : 1));
      }
      assert.ok(frames > 20);
      assert.ok(session.status.ended);
      assert.equal((await session.view('hash')).trace_sha256, trace_sha256);
      await session.close();
    });
  }
}
