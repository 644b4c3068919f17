/**
 * What would make a run differ from one standard library, processor or moment to the next. These are habits that a
 * pattern can see; that runs really are the same is shown by the golden traces, native, in Node and in Chromium.
 * A line may say why it is harmless: C++ with "portable: …", JavaScript with "off the record: …", on it or above it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenLines, readText, repositoryFiles } from '../lib/files.js';

const cppFiles = repositoryFiles().filter((path) => /^cpp\/.*\.(h|cc)$/.test(path));
const scriptFiles = repositoryFiles().filter((path) => /^(web|labs)\/.*\.js$/.test(path));

/** @type {Record<string, RegExp>} */
const forbidden = {
  'draws come from base/draw.h':
    /#include <random>|std::(random_device|shuffle|sample|\w+_distribution)\b|\brand\(/,
  'hash containers have no order': /std::unordered_|std::hash\b|#include <unordered_/,
  'heaps of the libraries differ in ties': /std::(push_heap|pop_heap|make_heap|sort_heap|priority_queue)\b/,
  'mathematics comes from base/math.h':
    /std::(exp2?|expm1|log(2|10|1p)?|pow|sin|cos|tan|sinh|cosh|tanh|cbrt|hypot|[tl]gamma|erfc?|fma)\b/,
  'a partial order is left to the library': /std::(nth_element|partial_sort)\b/,
  'time is simulated': /std::chrono|\bgettimeofday\(|\bclock_gettime\(|std::(time|clock)\(/,
  'the sign of char differs between processors: say uint8_t or int8_t':
    /static_cast<(u?int(16|32|64)_t|int|unsigned|size_t)>\((tail|key|bytes|data|text|value)\w*\[[^\]]*\]\)/,
};

/** @param {string} line */
const code = (line) => line.replace(/\/\/.*$/, '');

/**
 * @param {RegExp} mark
 * @param {number} i
 * @param {string[]} lines
 */
const isExcused = (mark, i, lines) => mark.test(lines[i]) || (i > 0 && mark.test(lines[i - 1]));

/**
 * @param {string} path
 * @param {string} text
 */
function brokenHabits(path, text) {
  return Object.entries(forbidden).flatMap(([rule, pattern]) =>
    brokenLines(
      path,
      text,
      (line, i, lines) => pattern.test(code(line)) && !isExcused(/portable: /, i, lines),
    ).map((place) => `${place}  (${rule})`),
  );
}

/**
 * A sort with an order of its own must settle ties: by "a != b ? … : …", by std::tie, or as a comment above says.
 * @param {string} path
 * @param {string} text
 */
function brokenTies(path, text) {
  return brokenLines(path, text, (line, i, lines) => {
    if (!/\bstd::sort\(/.test(code(line))) return false;
    const statement = /std::sort\([\s\S]*?\n?\s*\}?\);/.exec(lines.slice(i).join('\n'))?.[0] ?? line;
    const hasOrder = /\[|std::greater|,[^,]*,\s*\w+\s*\)/.test(statement);
    const settles = /!=[\s\S]*(\?|return)|std::tie\(/.test(statement);
    const says = lines.slice(Math.max(0, i - 3), i + 1).some((above) => /\/\/.*\bties?\b/i.test(above));
    return hasOrder && !settles && !says;
  });
}

/**
 * @param {string} path
 * @param {string} text
 */
function brokenScript(path, text) {
  const pattern = /Math\.random|Date\.now|new Date\(|getRandomValues|randomUUID/;
  return brokenLines(
    path,
    text,
    (line, i, lines) => pattern.test(code(line)) && !isExcused(/off the record: /, i, lines),
  );
}

test('nothing in cpp/ depends on the library, the processor or the moment', () => {
  assert.ok(cppFiles.length > 0);
  assert.deepEqual(
    cppFiles.flatMap((path) => brokenHabits(path, readText(path))),
    [],
  );
});

test('every sort settles its ties', () => {
  assert.ok(cppFiles.some((path) => /std::sort\(/.test(readText(path))));
  assert.deepEqual(
    cppFiles.flatMap((path) => brokenTies(path, readText(path))),
    [],
  );
});

test('no script draws numbers or asks the clock of the wall for a recorded run', () => {
  assert.ok(scriptFiles.length > 0);
  assert.deepEqual(
    scriptFiles.flatMap((path) => brokenScript(path, readText(path))),
    [],
  );
});

test('these lints see a planted fault', () => {
  const faults = [
    '#include <random>',
    'std::unordered_map<int, int> m;',
    'std::push_heap(v.begin(), v.end());',
    'double y = std::exp(x);',
    'auto now = std::chrono::steady_clock::now();',
    'k1 ^= static_cast<uint64_t>(tail[i]) << 8;',
  ];
  for (const fault of faults) assert.equal(brokenHabits('x.cc', fault).length, 1, fault);
  assert.equal(
    brokenHabits('x.cc', '// portable: looked up, never walked\nstd::unordered_set<int> s;').length,
    0,
  );
  assert.equal(brokenHabits('x.cc', '// unlike std::exp, this is ours').length, 0);
  assert.equal(brokenHabits('x.cc', 'k1 ^= static_cast<uint64_t>(static_cast<uint8_t>(tail[i]));').length, 0);
  assert.equal(
    brokenTies('x.cc', 'std::sort(v.begin(), v.end(), [](A a, A b) { return a.t < b.t; });').length,
    1,
  );
  assert.equal(brokenTies('x.cc', 'std::sort(v.begin(), v.end(), later);').length, 1);
  assert.equal(brokenTies('x.cc', 'std::sort(v.begin(), v.end());').length, 0);
  assert.equal(brokenTies('x.cc', '// Ties: by name.\nstd::sort(v.begin(), v.end(), by_name);').length, 0);
  assert.equal(brokenScript('x.js', 'const seed = Math.random();').length, 1);
  assert.equal(brokenScript('x.js', 'const seed = Math.random(); // off the record: a name').length, 0);
});
