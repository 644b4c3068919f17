/** Figs 6-11, 6-11 b and 6-11 c: what they show is what the store did, as on the command line; their links lead back to them. No page, so nothing is drawn. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { openEngine } from '../../web/engine/client.js';
import { moduleOf } from '../../web/engine/job.js';
import { DeletionsFigure } from '../../web/figures/deletions.js';
import { newsOf as deletionsNews, kilobytes } from '../../web/figures/deletions-view.js';
import { LookupsFigure } from '../../web/figures/lookups.js';
import { newsOf as lookupsNews, stepsOf } from '../../web/figures/lookups-words.js';
import { TornLogFigure } from '../../web/figures/torn-log.js';
import { bytesOf, edgeFrom, measureEachByte, measureTorn, partAt } from '../../web/figures/torn-log-run.js';
import { cutRows } from '../../web/figures/torn-log-view.js';
import {
  cutPlace,
  everyCut,
  everyFlip,
  flipNews,
  labelOf,
  newsOf as tornNews,
} from '../../web/figures/torn-log-words.js';
import { moduleOf as builtModuleOf, openTestEngine } from '../lib/engine.js';
import { root } from '../lib/files.js';

const engine = openTestEngine();
const command = `${root}build/native/systemsim`;

/**
 * A figure in which nothing waits for a screen.
 * @template {{start: Function}} Figure
 * @param {new (host: import('../../web/figures/sim-figure.js').FigureHost) => Figure} Kind
 * @param {Record<string, string>} [link]
 */
async function begin(Kind, link) {
  /** @type {Promise<void>} */
  let queue = Promise.resolve();
  const figure = new Kind({
    changed() {},
    run(task) {
      queue = queue.then(task);
    },
  });
  await figure.start(engine, null, link ? new URLSearchParams(link) : null);
  return { figure, settled: () => queue };
}

/** A report as the command prints it. @param {string[]} words */
const printed = (...words) => JSON.parse(execFileSync(command, ['lsm', ...words], { encoding: 'utf8' }));

/** What a job says beside its own course. @param {any} report */
function reported({ job, done, total, finished, ...report }) {
  assert.equal(finished, true);
  assert.equal(done, total);
  return report;
}

test('the jobs report in wasm what the command prints', { skip: !existsSync(command) }, async () => {
  for (const [job, words] of /** @type {[any, string[]][]} */ ([
    [
      { job: 'torn_log', cut: 90, each_byte: true, archive: true },
      ['torn-log', '--cut', '90', '--each-byte', '--archive'],
    ],
    [{ job: 'torn_log', flip: { byte: 38, bit: 3 } }, ['torn-log', '--flip', '38', '--bit', '3']],
    [
      { job: 'lookups', keys: 1000, reads: 300, each_bits: true, show: 9 },
      ['lookups', '--keys', '1000', '--reads', '300', '--each-bits', '--show', '9'],
    ],
    [
      { job: 'deletions', keys: 1000, archive: 'deleted' },
      ['deletions', '--keys', '1000', '--archive', 'deleted'],
    ],
  ]))
    assert.deepEqual(reported(await engine.runJob(job)), printed(...words));
});

test('each module’s kinds of jobs are known to go there, a claim where its experiment goes, a grade to its lab', async () => {
  let known = 0;
  const labs = /** @type {const} */ ({ jobs: 'quorum-playground', sync: 'merkle-sync' });
  for (const [file, place] of /** @type {const} */ ([
    ['systemsim-jobs', 'jobs'],
    ['systemsim-store', 'store'],
    ['systemsim-sync', 'sync'],
  ])) {
    const alone = openEngine(await builtModuleOf(file));
    // The module names its kinds when it is asked for one that it does not have.
    const refusal = await alone.runJob(/** @type {any} */ ({ job: 'nonsense' })).then(
      () => assert.fail('it was taken'),
      ({ message }) => String(message),
    );
    /** @type {string[]} */
    const kinds = (/expected (.*), found/.exec(refusal)?.[1] ?? assert.fail(refusal)).match(/[a-z_]+/g) ?? [];
    assert.ok(kinds.includes('claim') && kinds.includes('claims'), refusal);
    for (const kind of kinds.filter((kind) => !/^(claims?|or)$/.test(kind))) {
      known += 1;
      if (kind === 'grade') {
        const lab = labs[/** @type {keyof typeof labs} */ (place)];
        assert.equal(moduleOf(/** @type {any} */ ({ job: kind, challenge: { lab } })), place, kind);
        continue;
      }
      assert.equal(moduleOf(/** @type {any} */ ({ job: kind })), place, kind);
      const claim = /** @type {any} */ ({ experiment: { kind } });
      assert.equal(moduleOf({ job: 'claim', claim }), place, kind);
      assert.equal(moduleOf({ job: 'claims', claims: [claim] }), place, kind);
    }
    alone.close();
  }
  assert.ok(known >= 9, `${known} kinds`);
});

test('the blade: every cut of the third record leaves two puts, said in words; the chart knows where it has been', async () => {
  const { figure, settled } = await begin(TornLogFigure);
  assert.match(tornNews(figure.picture), /^The log is whole\. All 3 puts are there/);
  const { records, log } = figure.picture.torn;
  for (const at of [records[2].from + 1, log.bytes - 1]) {
    figure.move({ mode: 'cut', at });
    await settled();
    assert.match(
      tornNews(figure.picture),
      /inside record 3, in .*\. 2 of 3 puts are there after reopening\. .* is gone: its caller was told “saved” while/,
    );
  }
  figure.move({ mode: 'cut', at: records[1].from + 5 });
  await settled();
  assert.match(
    tornNews(figure.picture),
    /1 of 3 puts is there .* A power cut cannot do this: record 2 had reached the disk/,
  );
  assert.equal(figure.picture.tried.size, 4);
  await figure.sweep();
  assert.equal(figure.picture.tried.size, log.bytes + 1);
  assert.match(
    tornNews(figure.picture),
    /at each of 124 places.*goes up 3 times, where a record ends, and nowhere else/,
  );
  assert.deepEqual(
    cutRows(figure.picture.tried).map(([, puts]) => puts),
    [0, 1, 2, 3],
  );
});

test('a turned bit: nothing is said before the guess; then both stores, and the last record’s silent loss', async () => {
  const { figure, settled } = await begin(TornLogFigure);
  await figure.setMode('flip');
  assert.match(tornNews(figure.picture), /What will the store do\?$/);
  assert.equal(figure.picture.torn.damage?.record, 0);
  figure.say('others');
  assert.match(
    tornNews(figure.picture),
    /This store refuses to open, and says where: “000003\.log at 0: .*LevelDB, as it comes, opens and says nothing: no put is there\. +It drops records 2 and 3 as well, which are whole/,
  );
  const { records } = figure.picture.torn;
  figure.move({ mode: 'flip', at: records[2].from, bit: 0 });
  await settled();
  assert.match(tornNews(figure.picture), /Both stores open without a word, and record 3 is gone, silently/);
  await figure.sweep();
  const { ours, leveldb, flips } = figure.picture.each?.each_flip ?? assert.fail('nothing was tried');
  assert.equal(ours.refused + ours.silent, flips);
  assert.equal(ours.silent, 8 * (records[2].to - records[2].from));
  assert.equal(leveldb.refused, 0);
});

test('the words say what a report says, also one that no engine has made', async () => {
  const torn = await measureTorn(engine, { mode: 'flip', at: 38, bit: 3 });
  const refused = torn.ours;
  assert.equal(refused.opened, false);
  /** A store that opened. @param {import('../../web/engine/engine.d.ts').Reopened['is']} is @param {number[]} lost @returns {import('../../web/engine/engine.d.ts').Reopened} */
  const opened = (is, lost) => {
    const recovered = [0, 1, 2].filter((record) => !lost.includes(record));
    return { opened: true, error: null, is, recovered, lost, lost_synced: [], puts: recovered.length };
  };
  const record = (/** @type {number} */ at) => ({ ...torn.damage, record: at });
  // The last record's bit, refused or not; the first one's, opened; LevelDB refuses; a hole.
  const last = { ...torn, damage: record(2), leveldb: opened('prefix', [2]) };
  assert.match(flipNews(last), /^The bit is in record 3\. This store refuses to open/);
  assert.doesNotMatch(flipNews(last), /Both stores/);
  assert.match(
    flipNews({ ...last, ours: opened('prefix', [2]) }),
    /Both stores open without a word, and record 3 is gone, silently: a last record/,
  );
  assert.match(
    flipNews({ ...torn, ours: opened('all', []) }),
    /This store opens and says nothing: all 3 puts are there\. LevelDB/,
  );
  assert.match(flipNews({ ...torn, leveldb: refused }), /LevelDB, as it comes, refuses to open, .*”\.$/);
  const hole = flipNews({ ...torn, ours: opened('hole', [0]), leveldb: opened('hole', [0]) });
  assert.match(hole, /Both stores open without a word, and record 1 is gone, silently\.$/);
  const two = flipNews({ ...torn, leveldb: opened('hole', [0, 1]) });
  assert.match(two, /It drops record 2 as well, which is whole\.$/);

  const each = await measureEachByte(engine);
  assert.match(everyCut(torn, each), /goes up 3 times, where a record ends, and nowhere else/);
  const { to } = torn.records[0];
  const cuts = (/** @type {number} */ cut, /** @type {number | null} */ puts) => ({
    ...each,
    each_cut: each.each_cut.map((before, at) => (at === cut ? puts : before)),
  });
  assert.match(everyCut(torn, cuts(to - 1, 1)), /changes 3 times, 1 of them not where a record ends\.$/);
  assert.match(
    everyCut(torn, cuts(9, null)),
    /changes 5 times, 2 of them not.* 1 times it refused to open\.$/,
  );
  assert.deepEqual(
    cutRows(
      new Map([
        [8, 0],
        [9, null],
      ]),
    ),
    [
      ['8 bytes', 0],
      ['9 bytes', 'it does not open'],
    ],
  );
  // A count that falls where a record ends is no record that is there as a whole.
  assert.doesNotMatch(
    everyCut(torn, { ...each, each_cut: each.each_cut.map((puts) => 3 - (puts ?? 0)) }),
    /goes up/,
  );

  const { each_flip } = each;
  const flips = (/** @type {object} */ changed) =>
    everyFlip(torn, { ...each, each_flip: { ...each_flip, ...changed } });
  assert.match(
    flips({}),
    /This store refused \d+ times, and opened \d+ times .*, each time with the bit in the last record\./,
  );
  assert.match(flips({}), /LevelDB, as it comes, opened 984 times with something silently missing\.$/);
  assert.match(
    flips({ leveldb: { refused: 3, silent: 976, whole: 5, hole: 0 } }),
    /refused 3 times, and opened 976 times with something silently missing, and opened 5 times with every put there\.$/,
  );
  const { ours, leveldb } = each_flip.bytes[0];
  assert.doesNotMatch(
    flips({ bytes: [{ ours: { ...ours, silent: 1 }, leveldb }, ...each_flip.bytes.slice(1)] }),
    /last record/,
  );
});

test('a blade that is pushed faster than it runs stands at last where it was pushed to', async () => {
  const { figure, settled } = await begin(TornLogFigure);
  for (let at = 0; at < 50; at++) figure.move({ mode: 'cut', at });
  await settled();
  assert.equal(figure.picture.damage.at, 49);
  assert.ok(figure.picture.tried.size < 10, `${figure.picture.tried.size} runs`);
  figure.move({ mode: 'cut', at: 999 });
  await settled();
  assert.equal(figure.picture.damage.at, figure.picture.torn.log.bytes);
});

test('page keys go from record to record, and each byte belongs to a part that has a label', async () => {
  const torn = await measureTorn(engine, { mode: 'cut', at: 60 });
  const { records, log } = torn;
  assert.equal(edgeFrom(torn, 60, 1), records[1].to);
  assert.equal(edgeFrom(torn, 60, -1), records[1].from);
  assert.equal(edgeFrom(torn, records[1].from, -1), 0);
  assert.equal(edgeFrom(torn, records[1].from, 1), records[1].to);
  assert.equal(edgeFrom(torn, 0, -1), 0);
  assert.equal(edgeFrom(torn, log.bytes, 1), log.bytes);
  assert.equal(bytesOf(log.hex).length, log.bytes);
  assert.equal(bytesOf(torn.found_hex).length, 60);
  for (let at = 0; at < log.bytes; at++) assert.ok(labelOf(partAt(torn, at) ?? assert.fail(`byte ${at}`)));
  assert.equal(cutPlace(torn, 0), 'before the first byte');
  assert.equal(cutPlace(torn, records[0].to), 'between records 1 and 2');
});

test('links lead back to the same figures; one with nonsense to their beginning', async () => {
  const { figure } = await begin(TornLogFigure);
  await figure.setMode('flip');
  figure.say('none');
  await figure.sweep();
  const link = await figure.link();
  const again = (await begin(TornLogFigure, link)).figure;
  assert.equal(tornNews(again.picture), tornNews(figure.picture));
  assert.deepEqual(await again.link(), link);
  for (const wrong of /** @type {Record<string, string>[]} */ ([
    { cut: '999' },
    { cut: '-1' },
    { flip: '3' },
    { flip: '3.8' },
    { flip: '123.0' },
  ]))
    assert.deepEqual(
      await (await begin(TornLogFigure, wrong)).figure.link(),
      { cut: '123' },
      JSON.stringify(wrong),
    );

  const reads = await begin(LookupsFigure, { said: 'hit', bits: '5', show: '3' });
  assert.deepEqual(await reads.figure.link(), { said: 'hit', bits: '5', show: '3' });
  const wrong = await begin(LookupsFigure, { said: 'hit', bits: '7', show: '-3' });
  assert.deepEqual(await wrong.figure.link(), { said: 'hit', bits: '10', show: '0' });

  const emptied = await begin(DeletionsFigure, { part: 'compacted', said: 'same' });
  assert.deepEqual(await emptied.figure.link(), { part: 'compacted', said: 'same' });
  assert.deepEqual(await (await begin(DeletionsFigure, { part: 'x', said: 'same' })).figure.link(), {
    part: 'filled',
  });
});

test('a miss and a hit: nothing before the guess, the faster one by what was counted, and every step of both', async () => {
  const { figure } = await begin(LookupsFigure);
  assert.match(lookupsNews(figure.picture), /^Both keys are about to be read/);
  figure.change({ guess: 'miss' });
  assert.match(lookupsNews(figure.picture), /^A miss is faster: .* every filter said “certainly not”\.$/);
  await figure.set({ bits: 0, show: 0 });
  assert.match(
    lookupsNews(figure.picture),
    /^A hit is faster: .* Without filters a miss fetches a block from every file/,
  );
  const { hit, miss } = figure.picture.reads.shown;
  for (const read of [hit, miss]) {
    const steps = stepsOf(read);
    assert.equal(steps.filter(({ block }) => block).length, read.blocks);
    assert.deepEqual(steps[0], { where: 'memtable', said: 'not there', block: false });
  }
  assert.equal(stepsOf(hit).at(-1)?.said, 'block read: there');
  await figure.tryAll();
  assert.equal(figure.picture.each?.length, 21);
  assert.match(lookupsNews(figure.picture), /From one bit a key on, misses are the faster reads/);
});

test('delete everything: it grows, and says by how much; the compaction frees it', async () => {
  const { figure } = await begin(DeletionsFigure);
  const { filled, deleted, compacted } = figure.picture.run;
  assert.match(deletionsNews(figure.picture), /^All 5\u202f000 keys are there/);
  figure.change({ guess: 'smaller', part: 'deleted' });
  assert.ok(deleted.directory_bytes > filled.directory_bytes);
  assert.ok(
    deletionsNews(figure.picture).includes(
      `from ${kilobytes(filled.directory_bytes)} to ${kilobytes(deleted.directory_bytes)}`,
    ),
  );
  figure.change({ part: 'compacted' });
  assert.ok(deletionsNews(figure.picture).includes(`${kilobytes(compacted.directory_bytes)} are left of`));
  assert.equal(filled.amplification.space !== null && deleted.amplification.space === null, true);
});
