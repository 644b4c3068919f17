// A reporter for node's test runner: one line a test, what was measured, and why a test failed. It writes "PASSED
// FAILED" into the file named by SYSTEMSIM_COUNTS, and after it the names of those that failed, one a line. A skipped
// test counts as failed: nothing here is skipped.
import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';

/** What the runner says of itself at the end; we count on our own. */
const ownTotals = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

/** @param {AsyncIterable<{ type: string, data: any }>} source */
export default async function* report(source) {
  let passed = 0;
  /** @type {string[]} */
  const failed = [];
  for await (const { type, data } of source) {
    if (type === 'test:diagnostic' && !ownTotals.test(data.message)) yield `     ${data.message}\n`;
    if (type === 'test:stderr') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A suite is judged by its tests; a file without tests is reported by its name, and is no test.
    const isSuite = data.details?.type === 'suite';
    const isFile = /\.test\.js$/.test(data.name);
    const skipped = data.skip !== undefined || data.todo !== undefined;
    if (type === 'test:pass' && (isSuite || isFile)) continue;
    const ms = Math.round(data.details?.duration_ms ?? 0);
    if (type === 'test:pass' && !skipped) {
      passed += 1;
      yield `ok   ${data.name}${ms > 500 ? ` (${(ms / 1000).toFixed(1)} s)` : ''}\n`;
      continue;
    }
    const error = data.details?.error;
    // A parent fails with its child, which has been counted.
    if (error?.failureType === 'subtestsFailed') continue;
    failed.push(data.name.replaceAll('\n', ' '));
    yield `FAIL ${data.name}${skipped ? ' (skipped)' : ''}\n`;
    if (error) yield `${inspect(error.cause ?? error, { depth: 4 })}\n`;
  }
  if (!process.env.SYSTEMSIM_COUNTS) return;
  const lines = [`${passed} ${failed.length}`, ...failed];
  writeFileSync(process.env.SYSTEMSIM_COUNTS, `${lines.join('\n')}\n`);
}
