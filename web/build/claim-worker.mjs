// A thread that runs claims, one after the other as they are sent, and answers with what came of each.
import { parentPort, workerData } from 'node:worker_threads';
import { openBuiltEngine } from './engine.mjs';

const engine = await openBuiltEngine(workerData);

parentPort?.on('message', async (/** @type {import('../engine/engine.d.ts').Claim} */ claim) => {
  parentPort?.postMessage(await engine.runJob({ job: 'claim', claim }));
});
