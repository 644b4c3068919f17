/** The lab as a judge, on the engine in Node: promises in words, why one was broken, and runs that break the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientRow } from '../../labs/quorum-playground/client-row.js';
import { explain } from '../../labs/quorum-playground/explain.js';
import { task } from '../../labs/quorum-playground/task.js';
import { storyOf } from '../../labs/quorum-playground/told.js';
import { verdict } from '../../labs/quorum-playground/verdict.js';
import { litToHtml } from '../../web/build/lit-to-html.mjs';
import { openEngine } from '../../web/engine/client.js';
import { drawCallBars } from '../../web/figures/call-bars.js';
import { standing, standingWords, tally, wordsOf } from '../../web/ui/promises.js';
import { interceptedSource, openTestEngine } from '../lib/engine.js';
import { readText } from '../lib/files.js';
import { makeLab, openLinked, until } from '../lib/lab.js';

/** @import { Finding, Operation, Verdict } from '../../web/engine/engine.d.ts' */
/** @import { Lab } from '../../labs/quorum-playground/lab.js' */

const story = JSON.parse(readText('content/scenarios/quorum-playground.json'));
const words = /** @type {any[]} */ (JSON.parse(readText('content/promises.json')));

/** @param {Lab} lab */
const html = (lab, isOpen = false) =>
  litToHtml(verdict(lab, /** @type {any} */ ({ promises: isOpen, whyWidth: 500, set() {} }))).replace(
    /\s+/g,
    ' ',
  );

/** A lab with the story's stale read, judged. @param {object} [change] */
async function stale(change = {}) {
  const lab = await openLinked({ ...story, ...change });
  await until(() => lab.judging?.verdict);
  return lab;
}

/** @param {Lab} lab */
const judgedBy = (lab) => /** @type {Verdict} */ (lab.judging?.verdict);

test('every promise of the engine has its words, and no word is about another', async () => {
  const session = await openTestEngine().create(story);
  const { verdict } = await session.view('verdict');
  assert.deepEqual([...words.map(({ id }) => id), 'k_staleness'], Object.keys(verdict));
  for (const one of words) {
    for (const field of ['promise', 'broken']) assert.match(one[field], /^[A-Z].*\.$/, one.id);
    for (const field of ['needs', 'name', 'source']) assert.match(one[field], /^\S.*[^.]$/, one.id);
    assert.doesNotMatch(JSON.stringify(one), /stale cop/, one.id);
  }
});

test('a promise is broken, held so many times, or not put to the test, and one test says that it was one', () => {
  /** @param {Finding['state']} state @param {number} tests */
  const said = (state, tests) => standingWords({ state, tests, ops: [] });
  assert.equal(said('broken', 3), 'broken');
  assert.equal(said('untested', 0), 'not put to the test');
  assert.equal(said('undecided', 9), 'undecided');
  assert.deepEqual(
    [1, 2, 214, 12_000].map((tests) => said('held', tests)),
    ['held once', 'held twice', 'held 214 times', 'held 12\u202f000 times'],
  );
});

test('a missed write is told in three layers: what the client heard, the promise, and its name last', async () => {
  const lab = await stale();
  const text = html(lab);
  const layers = [
    'A read missed a finished write',
    'a read missed a write that was finished',
    'In textbooks: regular',
  ];
  const places = layers.map((layer) => text.indexOf(layer));
  assert.ok(
    places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1])),
    String(places),
  );
  assert.match(text, /all promises: 2 broken, 2 held, 7 not put to the test/);
  assert.doesNotMatch(text, /You never see new, then old/, 'the rest is behind one press');
});

test('no row of the promises that held is without its count', async () => {
  const lab = await stale({ cluster: { ...story.cluster, w: 2, r: 2 } });
  const text = html(lab, true);
  assert.doesNotMatch(text, /A promise was broken/);
  assert.equal(standing(judgedBy(lab)).length, 11);
  const rows = text.split('<li class="promise').slice(1);
  assert.equal(rows.length, 11);
  for (const row of rows) assert.match(row, /held (once|twice|\d+ times)|not put to the test/);
});

test('the verdict is asked for when calls were answered, and not with every event', async () => {
  let asked = 0;
  const engine = openEngine(
    interceptedSource((method, args) => {
      if (method === 'view' && args[1] === 'verdict') asked += 1;
    }),
  );
  const { lab } = makeLab({ engine });
  await lab.openStory();
  await lab.answer('0');
  await until(() => lab.judging?.verdict && !lab.player.playing);
  assert.equal(asked, 1);
  for (let i = 0; i < 4; i++) {
    await lab.stepForward();
    await until(() => lab.judging?.verdict);
  }
  assert.equal(asked, 1, 'messages that nobody waits for change nothing');
  await lab.stepBack();
  await lab.scrub(Number.MAX_SAFE_INTEGER);
  await until(() => lab.judging?.verdict);
  assert.ok(asked <= 2, `${asked}: the end of the run is one thing more to judge`);
});

test('at a place before the answer nothing is judged from the answer', async () => {
  const lab = await stale();
  await lab.scrub(7);
  await until(() => lab.judging?.verdict);
  assert.equal(judgedBy(lab).position, 7);
  assert.equal(judgedBy(lab).weakest_broken, null);
  assert.doesNotMatch(html(lab), /A promise was broken/);
});

test('show me why names the two calls, the one order, and why the read fits nowhere', async () => {
  const lab = await stale();
  lab.judging?.toggle('regular');
  const why = lab.judging?.why ?? assert.fail();
  assert.deepEqual(why.ops, [0, 1]);
  assert.equal(why.misfit, 1);
  assert.deepEqual(why.explained?.placed, ['First client 1’s put x = 1: now x is 1.']);
  assert.equal(
    why.explained?.misfits[0].text,
    'Client 2’s get x would now be told 1, but it was told 0. ' +
      'It cannot come before client 1’s put x = 1 either: that was answered before this one began.',
  );
  const text = html(lab);
  assert.match(text, /fits nowhere/);
  assert.match(text, /aria-label="go to 7.5 ms, when client 2 asked"/);
});

test('an explanation stays while the reader walks to its moments, and ends with its run', async () => {
  const lab = await stale();
  lab.judging?.toggle('regular');
  const end = lab.run?.status.position;
  await lab.scrub(lab.judging?.why?.calls[1].begin_position ?? 0);
  assert.match(html(lab), /back to where you were/);
  await lab.scrub(end ?? 0);
  assert.doesNotMatch(html(lab), /back to where you were/);
  await lab.replay();
  assert.equal(lab.judging?.why, null);
});

/**
 * @param {number} op
 * @param {string} client
 * @param {'put' | 'get'} verb
 * @param {string | null} value
 * @param {number} begin
 * @param {number | null} end
 * @returns {Operation}
 */
const call = (op, client, verb, value, begin, end) =>
  /** @type {Operation} */ (
    /** @type {unknown} */ ({
      op,
      client,
      do: verb,
      key: 'x',
      value,
      found: value !== null,
      begin_us: begin * 1000,
      begin_position: begin,
      end_us: end === null ? null : end * 1000,
      end_position: end,
      outcome: end === null ? 'timeout' : 'ok',
    })
  );

test('each order that was tried is told on its own, with the call that time puts next', () => {
  // New, then old, while the write is under way.
  const calls = [
    call(0, 'c1', 'put', '1', 1, 9),
    call(1, 'c2', 'get', '1', 2, 3),
    call(2, 'c3', 'get', '0', 4, 5),
  ];
  const writeFirst = explain(calls, { order: [0, 1], value: '1' });
  assert.deepEqual(writeFirst.placed, [
    'First client 1’s put x = 1: now x is 1.',
    'Then client 2’s get x: it was told 1, and that fits.',
  ]);
  assert.deepEqual(
    writeFirst.misfits.map(({ op, text }) => [op, text]),
    [
      [
        2,
        'Client 3’s get x would now be told 1, but it was told 0. ' +
          'It cannot come before client 2’s get x either: that was answered before this one began.',
      ],
    ],
  );
  const readFirst = explain(calls, { order: [], value: '0' });
  assert.deepEqual(
    readFirst.misfits.map(({ op }) => op),
    [1],
    'the third call has to wait for the second, and the write fits',
  );
  const lost = explain(
    [{ ...call(0, 'c1', 'put', '1', 1, 15), outcome: 'timeout' }, call(1, 'c2', 'get', null, 20, 21)],
    {
      order: [0],
      value: '1',
    },
  );
  assert.match(lost.placed[0], /nobody was told whether it happened/);
  assert.doesNotMatch(
    lost.misfits[0].text,
    /cannot come before/,
    'a write without an answer is before nothing',
  );
});

test('two calls of one client are told apart', () => {
  const calls = [
    call(0, 'c1', 'put', '1', 1, 9),
    call(1, 'c2', 'get', '1', 2, 3),
    call(2, 'c2', 'get', '0', 4, 5),
  ];
  const { misfits } = explain(calls, { order: [0, 1], value: '1' });
  assert.match(misfits[0].text, /It cannot come before that client’s earlier get x either/);
});

test('the picture of an explanation says in words what it shows, with a line for calls that overlap', () => {
  const calls = [
    call(0, 'c1', 'put', '<b>', 1, 9),
    call(1, 'c1', 'get', '1', 2, 3),
    call(2, 'c2', 'get', '0', 4, 5),
  ];
  for (const width of [300, 900]) {
    const svg = drawCallBars({ calls, order: [0, 1], misfit: 2, width });
    assert.match(
      svg,
      /aria-label="3 calls as bars.*1: client 1, put x = &lt;b&gt; ✓\..*Crossed: client 2, get x → 0/,
    );
    assert.equal(svg.match(/class="life"/g)?.length, 3);
    assert.doesNotMatch(svg, /NaN|undefined|style=|<b>/);
  }
});

test('captions of calls that follow one another closely do not run into one another', () => {
  const calls = [
    { ...call(0, 'c1', 'put', 'a long value', 1, 4), key: 'key' },
    { ...call(1, 'c1', 'put', 'other value', 5, 9), key: 'key' },
  ];
  const captions = (/** @type {number} */ width) =>
    [
      ...drawCallBars({ calls, order: [], misfit: null, width }).matchAll(/class="caption[^>]*>([^<]*)</g),
    ].map(([, caption]) => caption);
  assert.deepEqual(captions(900), ['put key = a long value ✓', 'put key = other value ✓']);
  assert.match(captions(300)[0], /^put.*…$/);
});

test('a run that breaks a promise is found, made small, opened where it goes wrong, and left again', async () => {
  const { lab, said } = makeLab();
  await lab.openStory();
  await lab.answer('0');
  await until(() => lab.judging?.verdict && !lab.player.playing);
  const mine = { ...lab.run?.hash };
  // The story's two calls never see new, then old: no luck can break that.
  await lab.hunt('monotonic_reads');
  assert.equal(lab.judging?.hunt.inVain?.promise, 'monotonic_reads');
  assert.match(html(lab, true), /None of 1.000 lucks breaks it\. That is no proof/);
  await lab.hunt('monotonic_reads', true);
  assert.equal(lab.problem, null);
  assert.ok(lab.detour.found?.small);
  assert.equal(judgedBy(lab).verdict.monotonic_reads.state, 'broken');
  assert.ok(lab.run && lab.run.operations.length <= 4);
  const second = lab.run.operations.at(-1);
  assert.equal(lab.run.status.position, second?.end_position, 'it stands at the answer that breaks it');
  assert.deepEqual(lab.key, second?.key);
  const text = html(lab, true);
  assert.match(
    text,
    /<section class="verdict is-failed".*?was told c\d\.\d+ at [\d.]+ ms; asking again, it was told .*?A promise was broken:<\/b> you can see new, then old\..*?In textbooks: monotonic reads.*?<p class="lesser">/,
  );
  const clients = litToHtml(
    clientRow(lab, /** @type {any} */ ({ drafts: {} }), second?.client ?? ''),
  ).replace(/\s+/g, ' ');
  assert.match(clients, /before: get k1 → c\d/, 'the first of the two guilty calls is on the stage as well');
  const header = () =>
    litToHtml(task(lab))
      .replace(/<[^>]*>/g, '')
      .replace(/\s+/g, ' ');
  assert.match(header(), /1 write, 2 reads, /);
  await lab.request({ do: 'put', client: 'c1', key: 'k1', value: 'mine' });
  assert.match(header(), /1 write, 2 reads, /, 'what the reader adds is not counted');
  assert.equal(lab.isChosenRun, false);
  assert.ok(said.includes('A run that breaks it is on the stage. You can return to your own.'));
  await lab.detour.comeBack();
  assert.deepEqual({ ...lab.run?.hash }, mine);
  assert.equal(lab.phase, 'told');
  assert.equal(lab.guess, '0');
  assert.equal(lab.detour.found, null);
});

test('from one found run to the next, the way back leads to the reader’s own', async () => {
  const lab = await stale({ workload: { clients: 3, duration_ms: 200, think_ms: 5, keys: 1 } });
  const mine = lab.run?.hash?.trace_sha256;
  await lab.hunt('read_your_writes');
  assert.equal(lab.detour.found?.promise, 'read_your_writes');
  await until(() => lab.judging?.verdict);
  await lab.hunt('monotonic_reads', true);
  assert.equal(lab.detour.found?.promise, 'monotonic_reads');
  await lab.detour.comeBack();
  assert.equal(lab.run?.hash?.trace_sha256, mine);
});

test('each broken promise that the lab can find is explained in a sentence from its own calls', async () => {
  const lab = await stale();
  for (const { id } of words.filter(
    ({ id }) => !['convergence', 'no_lost_write', 'no_resurrection'].includes(id),
  )) {
    await lab.hunt(id, true);
    assert.equal(lab.detour.found?.promise, id);
    lab.judging?.toggle(id);
    const { told, so } = lab.judging?.why?.story ?? assert.fail(id);
    assert.match(told, /told/, id);
    if (id !== 'linearizable') assert.match(so, /\.$/, id);
    assert.doesNotMatch(told + so, /undefined|NaN|–/, id);
    // “Had seen” is shown, not only said.
    if (told.includes('had seen the second'))
      assert.equal(lab.judging?.why?.calls.filter(({ do: verb }) => verb === 'get').length, 2);
    await lab.detour.comeBack();
  }
});

test('what no luck of the lab breaks is told of as well', () => {
  const write = call(0, 'c1', 'put', '1', 1, 9);
  const gone = { ...call(1, 'c1', 'put', null, 10, 19), do: /** @type {const} */ ('delete') };
  const read = call(2, 'c2', 'get', '1', 20, 21);
  assert.match(
    storyOf('convergence', [write]).told,
    /^In the end one copy holds x = 1, and another something else\.$/,
  );
  assert.match(
    storyOf('no_lost_write', [write]).told,
    /^Client 1 was told “saved” for x = 1 at .* no copy has that/,
  );
  assert.match(
    storyOf('no_resurrection', [gone, read]).told,
    /^Client 1 was told “deleted” for the delete of x .* was told 1\.$/,
  );
  assert.match(storyOf('causal', [write, read]).so, /cause/);
});

test('only what W + R > N keeps, without a fault, is said to have had to be so', async () => {
  for (const change of [
    { network: { ...story.network, loss: 0.01 } },
    { actions: [...story.actions, { do: 'set', w: 1, at_ms: 90 }] },
    { actions: [...story.actions, { do: 'crash', node: 'A', at_ms: 90 }] },
  ]) {
    const lab = await stale({ cluster: { ...story.cluster, w: 2, r: 2 }, ...change });
    await lab.hunt('regular');
    assert.equal(lab.judging?.hunt.inVain?.sure, false, JSON.stringify(change));
  }
  const lab = await stale({ cluster: { ...story.cluster, w: 2, r: 2 } });
  for (const id of /** @type {const} */ (['read_your_writes', 'monotonic_writes'])) {
    await lab.hunt(id, true);
    assert.equal(lab.judging?.hunt.inVain?.sure, true, id);
  }
});

test('a hunt can be stopped, and says so of nothing', async () => {
  const lab = await stale({ cluster: { ...story.cluster, w: 2, r: 2 } });
  const before = lab.run;
  const hunt = lab.hunt('linearizable');
  await until(() => lab.judging?.hunt.progress);
  lab.judging?.hunt.stop();
  await hunt;
  assert.equal(lab.judging?.hunt.progress, null);
  assert.equal(lab.judging?.hunt.inVain, null);
  assert.equal(lab.run, before);
  assert.equal(lab.problem, null);
});

test('what could not be broken is no longer said once the run was changed', async () => {
  const lab = await stale({ cluster: { ...story.cluster, w: 2, r: 2 } });
  await lab.hunt('regular');
  assert.equal(lab.judging?.hunt.inVain?.promise, 'regular');
  assert.match(html(lab, true), /None of 1.000 lucks breaks it\. It had to be so: W \+ R &gt; N/);
  await lab.setMachine('A', 'crash');
  assert.equal(lab.judging?.hunt.inVain, null);
});

test('the words for a broken promise never promise more than was seen', () => {
  assert.equal(wordsOf('monotonic_reads').broken, 'You can see new, then old.');
  assert.throws(() => wordsOf(/** @type {any} */ ('nonsense')));
});

test('all states are told in one line', async () => {
  const lab = await stale();
  assert.equal(tally(judgedBy(lab)), '2 broken, 2 held, 7 not put to the test');
});
