// A thread that runs claims as they are sent, those about one experiment together, and answers with what came of each.
import { parentPort, workerData } from 'node:worker_threads';
import { openBuiltEngine } from './engine.mjs';

const engine = await openBuiltEngine(workerData);

parentPort?.on('message', async (/** @type {import('../engine/engine.d.ts').Claim[]} */ claims) => {
  parentPort?.postMessage((await engine.runJob({ job: 'claims', claims })).claims);
});
