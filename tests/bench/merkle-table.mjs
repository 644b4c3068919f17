// Writes labs/merkle-sync/methods.md: what every method costs, from `systemsim merkle`, beside what negentropy costs.
//
//   node tests/bench/merkle-table.mjs            writes the file; some minutes
//
// tests/wasm/merkle-table.test.js makes some of its rows again.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
export const sizes = [1000, 10_000, 100_000, 1_000_000];
const differ = [0, 1, 10, 100, 1000, 10_000];

/** Columns: a name, and the options that it stands for. */
const columns = /** @type {const} */ ([
  ['tree', ['--method', 'tree']],
  ['tree, best of 15', null],
  ['Cassandra', ['--method', 'cassandra']],
  ['Riak', ['--method', 'riak', '--hash', '128']],
  ['range', ['--method', 'range']],
  ['hashes', ['--method', 'hashes']],
  ['all', ['--method', 'all']],
]);
export const head = ['differ', '', ...columns.map(([name]) => name), 'negentropy', 'lower bound'];
const fanOuts = ['2', '4', '16', '64', '256'];
const leafKeys = ['1', '2', '8'];

/** @param {string[]} words */
function run(words) {
  const command = new URL('build/native/systemsim', root).pathname;
  const answer = JSON.parse(execFileSync(command, ['merkle', ...words], { encoding: 'utf8' }));
  if (!answer.equal_after || !answer.found_exactly || answer.lost_updates !== 0)
    throw new Error(words.join(' '));
  for (const side of ['a', 'b']) {
    if (answer[`bytes_to_${side}`] < answer[`lower_bound_to_${side}`])
      throw new Error(`under the bound: ${words.join(' ')}`);
  }
  return answer;
}

/** Bytes and rounds of negentropy, by "keys differ". */
const negentropy = new Map(
  [
    ...readFileSync(new URL('tests/data/merkle/negentropy.txt', root), 'utf8').matchAll(
      /^n=(\d+) d=(\d+) order=hash,spread rounds=(\d+) .*total=(\d+)B/gm,
    ),
  ].map(([, n, d, rounds, bytes]) => [`${n} ${d}`, `${group(Number(bytes))} · ${rounds}`]),
);

/** @param {number} number */
export function group(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/**
 * What stands in a row of the table, by the name of its column.
 * @param {number} keys @param {number} count @param {boolean} clustered
 * @param {readonly string[]} [wanted] columns; all of them unless said otherwise
 * @returns {Map<string, string>}
 */
export function rowOf(keys, count, clustered, wanted = head) {
  const pair = ['--keys', `${keys}`, '--diff', `${count}`, ...(clustered ? ['--clustered'] : [])];
  const cells = new Map([
    ['differ', `${count}`],
    ['', clustered ? 'clustered' : 'spread'],
  ]);
  let bound = 0;
  for (const [name, options] of columns.filter(([name]) => wanted.includes(name))) {
    if (options) {
      const answer = run([...pair, ...options]);
      bound = answer.lower_bound_bytes;
      cells.set(name, cell(answer));
      continue;
    }
    const tried = fanOuts.flatMap((fanOut) =>
      leafKeys.map((leaf) => ({ fanOut, leaf, ...run([...pair, '--fanout', fanOut, '--leaf-keys', leaf]) })),
    );
    const best = tried.reduce((one, other) => (other.bytes < one.bytes ? other : one));
    cells.set(name, `${cell(best)} (${best.fanOut}, ${best.leaf})`);
  }
  cells.set('negentropy', clustered ? '' : (negentropy.get(`${keys} ${count}`) ?? ''));
  return cells.set('lower bound', group(bound));
}

/** @param {{ bytes: number, rounds: number, keys_sent: number, keys_differing: number }} answer */
function cell({ bytes, rounds, keys_sent, keys_differing }) {
  const needless = keys_sent - keys_differing;
  return `${group(bytes)} · ${rounds}${needless > 0 ? ` · +${group(needless)}` : ''}`;
}

/** How many differ, and whether they are neighbours. @param {number} keys @returns {[number, boolean][]} */
export const kindsOf = (keys) =>
  differ
    .filter((count) => count <= keys)
    .flatMap((count) => (count < 2 ? [false] : [false, true]).map((clustered) => [count, clustered]));

/** @param {string[]} cells */
const line = (cells) => `| ${cells.join(' | ')} |`;

function write() {
  const parts = sizes.map((keys) => {
    const rows = kindsOf(keys).map(([count, clustered]) => {
      const cells = rowOf(keys, count, clustered);
      return line(head.map((name) => cells.get(name) ?? ''));
    });
    return `## ${group(keys)} keys\n\n${line([...head])}\n|${'---|'.repeat(head.length)}\n${rows.join('\n')}\n`;
  });
  writeFileSync(
    new URL('labs/merkle-sync/methods.md', root),
    `# What each method costs

Two replicas hold the keys, of which so many are missing on one side or the other: half of them here, half there,
anywhere on the ring or in one stretch of it. Identifiers have 32 bytes. A cell says **bytes · rounds**, and after a +
how many keys were sent whose copies were the same on both sides. Bytes are all that crosses, both ways, without the
records themselves (versions and values). Made by \`tests/bench/merkle-table.mjs\` from \`systemsim merkle\`, seed 1.

- **tree**: a Merkle tree with 16 children a node and one key a leaf, 8-byte hashes, level by level.
- **tree, best of 15**: the fewest bytes of 2 to 256 children and 1, 2 or 8 keys a leaf; in brackets, which.
- **Cassandra**: the whole tree of 2^15 leaves crosses, its leaves alone and with 8-byte hashes, which favours it.
- **Riak**: 1024 hashes below what differs, twice; with 16-byte hashes instead of its 20, which favours it.
- **range**: fingerprints of 16 parts, lists below 32 keys; **hashes**: a hash of each key; **all**: every key.
- **negentropy**: measured, not run here (\`tests/data/merkle/negentropy.txt\`); its differing records are on one side.
- **lower bound**: the fewest bytes in which each side can learn which keys it lacks. No method is under it, either way.

${parts.join('\n')}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) write();
