/** Long work of which one is under way at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OneJob } from '../../web/engine/one-job.js';

/** Work that ends when it is told to, and what it may report with. */
function held() {
  const made =
    /** @type {{end: (result: string) => void, fail: (error: Error) => void, report: (progress: {done: number, total: number}) => void, signal: AbortSignal}} */ ({});
  const work = (/** @type {AbortSignal} */ signal, /** @type {typeof made.report} */ report) => {
    Object.assign(made, { signal, report });
    return new Promise((/** @type {(result: string) => void} */ end, fail) =>
      Object.assign(made, { end, fail }),
    );
  };
  return { made, work };
}

test('its progress is told from its beginning to its end, and its result is given', async () => {
  /** @type {(number | null)[]} */
  const told = [];
  const job = new OneJob(() => told.push(job.progress?.done ?? null));
  const { made, work } = held();
  const result = job.run({ done: 0, total: 2 }, work);
  assert.equal(job.isRunning, true);
  made.report({ done: 1, total: 2 });
  made.end('all');
  assert.equal(await result, 'all');
  assert.deepEqual([told, job.isRunning, job.progress], [[0, 1, null], false, null]);
});

test('what was stopped, or whose place was taken, is heard of no more', async () => {
  const job = new OneJob(() => undefined);
  const [first, second] = [held(), held()];
  const one = job.run({ done: 0, total: 1 }, first.work);
  const other = job.run({ done: 0, total: 9 }, second.work);
  assert.equal(first.made.signal.aborted, true);
  first.made.report({ done: 1, total: 1 });
  assert.equal(job.progress?.total, 9);
  first.made.end('late');
  assert.equal(await one, null);
  assert.equal(job.isRunning, true);
  job.stop();
  assert.deepEqual([job.isRunning, job.progress], [false, null]);
  second.made.fail(new Error('cut off'));
  assert.equal(await other, null);
});

test('an error of work that was not stopped is thrown, and ends it', async () => {
  const job = new OneJob(() => undefined);
  const { made, work } = held();
  const result = job.run({ done: 0, total: 1 }, work);
  made.fail(new Error('broken'));
  await assert.rejects(result, /broken/);
  assert.deepEqual([job.isRunning, job.progress], [false, null]);
});
