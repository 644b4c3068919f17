/** The Merkle Tree Sync lab without its page, on the engine in Node: its steps, its rows, its pictures, its first minute. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bill } from '../../labs/merkle-sync/bill.js';
import { barsOf } from '../../labs/merkle-sync/bill-view.js';
import { crossings } from '../../labs/merkle-sync/curve.js';
import { density, drawStage } from '../../labs/merkle-sync/drawing.js';
import { bestAsk, fewest, handDepth, handLeaves, possible } from '../../labs/merkle-sync/hand.js';
import { drawHand } from '../../labs/merkle-sync/hand-drawing.js';
import { wayOf } from '../../labs/merkle-sync/leaf.js';
import { moved } from '../../labs/merkle-sync/moves.js';
import { editsOf, missed, mostKeys, pastWords } from '../../labs/merkle-sync/past.js';
import { boxOf, nodeAt, placesOf } from '../../labs/merkle-sync/places.js';
import { crossedBy, lastHop, roundOf, stepped } from '../../labs/merkle-sync/rounds.js';
import { groupsOf, neverAsked, pathThrough, rowsAt } from '../../labs/merkle-sync/rows.js';
import { askedOf, changed, readSettings, setupOf, standard } from '../../labs/merkle-sync/settings.js';
import { fragmentOf, readFragment } from '../../labs/merkle-sync/share.js';
import { roundSentence } from '../../labs/merkle-sync/words.js';
import { encodeLink } from '../../web/engine/link.js';
import { labRun } from '../../web/figures/absence-lab.js';
import { openTestEngine } from '../lib/engine.js';
import { makeMerkleLab as makeLab } from '../lib/merkle-lab.js';

/** @import { RunPlace } from '../../labs/merkle-sync/share.js' */
/** @import { SyncAsked, SyncMessage } from '../../web/engine/engine.d.ts' */

const small = { ...standard, keys: 1024, differ: 10 };

/** @param {object} setup @param {SyncAsked} asked */
async function runOf(setup, asked) {
  const engine = openTestEngine();
  const replicas = await engine.replicas({ id_bytes: 8, seed: 5, ...setup });
  const run = await replicas.run(asked);
  const tree = await replicas.tree({ fan_out: asked.fan_out, leaf_keys: asked.leaf_keys });
  engine.close();
  return { run, tree: { depth: tree.depth, fanOut: asked.fan_out ?? 2 } };
}

test('a level’s row is what the messages said of it, at every hop', async () => {
  const { run, tree } = await runOf({ keys: 1024, differ: 20 }, { fan_out: 4, leaf_keys: 1 });
  const last = lastHop(run.log);
  assert.equal(roundOf(last), run.report.rounds);
  const rows = rowsAt(run.log, last, tree);
  assert.equal(
    rows.reduce((sum, { asked }) => sum + asked, 0),
    run.report.hashes,
  );
  for (const row of rows) {
    // Only children of what differed are asked for, and all of them.
    const parents = new Set(row.groups.map(({ first }) => Math.floor(first / tree.fanOut)));
    if (row.level > 0) assert.deepEqual(parents, rows[row.level - 1].differing);
    for (const index of row.differing) {
      assert.ok(row.groups.some(({ first, count }) => first <= index && index < first + count));
    }
  }
  for (let hop = 0; hop <= last; hop++) {
    const known = rowsAt(run.log, hop, tree).filter(({ answered }) => answered).length;
    assert.equal(known, Math.min(tree.depth + 1, Math.floor(hop / 2)), `hop ${hop}`);
  }
  const end = crossedBy(run.log, last);
  assert.deepEqual(
    [end.bytes, end.recordBytes, end.hashes],
    [run.report.bytes, run.report.bytes_records, run.report.hashes],
  );
  const all = (tree.fanOut ** (tree.depth + 1) - 1) / (tree.fanOut - 1);
  assert.equal(neverAsked(rows, tree.fanOut), all - run.report.hashes);
});

test('runs of nodes are cut where another parent begins', () => {
  assert.deepEqual(groupsOf([240, 48], 16), [
    { first: 240, count: 16 },
    { first: 256, count: 16 },
    { first: 272, count: 16 },
  ]);
  assert.deepEqual(groupsOf([3, 2, 8, 1], 4), [
    { first: 3, count: 1 },
    { first: 4, count: 1 },
    { first: 8, count: 1 },
  ]);
});

test('a step is a round or a message, and ends at the ends', () => {
  assert.deepEqual(
    [stepped(0, 1, false, 13), stepped(3, 1, false, 13), stepped(12, 1, false, 13)],
    [2, 4, 13],
  );
  assert.deepEqual(
    [stepped(13, -1, false, 13), stepped(4, -1, false, 13), stepped(0, -1, false, 13)],
    [12, 2, 0],
  );
  assert.deepEqual([stepped(4, 1, true, 13), stepped(0, -1, true, 13), stepped(13, 1, true, 13)], [5, 0, 13]);
});

test('one way down goes through a node and to what differs below it; arrows walk along what was asked for', async () => {
  const { run, tree } = await runOf({ keys: 1024, differ: 5 }, { fan_out: 4, leaf_keys: 1 });
  const rows = rowsAt(run.log, lastHop(run.log), tree);
  const path = pathThrough(rows, { level: 0, index: 0 }, 4);
  assert.ok(path.every((index, level) => rows[level].differing.has(index)));
  const last = [...rows[2].differing].at(-1) ?? -1;
  const other = pathThrough(rows, { level: 2, index: last }, 4);
  assert.deepEqual([other[1], other[2], Math.floor(other[3] / 4)], [Math.floor(last / 4), last, last]);
  let at = { level: 1, index: 0 };
  for (let i = 0; i < 9; i++) at = moved(rows, at, path, 'ArrowRight', 4) ?? at;
  assert.deepEqual(at, { level: 1, index: 3 });
  assert.deepEqual(moved(rows, { level: 2, index: last }, other, 'ArrowUp', 4), {
    level: 1,
    index: Math.floor(last / 4),
  });
  assert.deepEqual(moved(rows, { level: 2, index: last }, other, 'ArrowDown', 4), {
    level: 3,
    index: other[3],
  });
  assert.equal(moved(rows, at, path, 'a', 4), null);
});

test('what is drawn can be found again where it is tapped, on a desk and on a phone', async () => {
  const { run, tree } = await runOf({ keys: 4096, differ: 40 }, { fan_out: 16, leaf_keys: 1 });
  const rows = rowsAt(run.log, lastHop(run.log), tree);
  for (const width of [320, 700]) {
    const view = {
      rows,
      fanOut: 16,
      path: pathThrough(rows, { level: 0, index: 0 }, 16),
      opened: new Set(),
      width,
    };
    const { places } = placesOf(view);
    for (const [level, index] of view.path.entries()) {
      const box = boxOf(places, { level, index }, width);
      assert.ok(box && box.x >= 0 && box.x + box.width <= width + 0.01, `level ${level}`);
      const found = nodeAt(places, box.x + box.width / 2, box.y + box.height / 2, width);
      assert.deepEqual([found?.level, found?.index], [level, index]);
    }
    // What stands below does not overlap what stands above.
    for (const [i, place] of places.entries()) {
      assert.ok(i === 0 || place.top >= places[i - 1].bottom, `level ${place.row.level}`);
    }
    const svg = drawStage({ ...view, hashBytes: 8, least: 0 });
    assert.doesNotMatch(svg, /style=|NaN|undefined/);
    assert.match(svg, /40 differ|40 of|≠/);
  }
});

test('on a phone a row grows under a tap to cells as wide as a finger, and a long group shows a part of it', async () => {
  for (const [differ, fanOut] of [
    [1, 16],
    [1, 64],
    [40, 16],
    [40, 256],
  ]) {
    const { run, tree } = await runOf({ keys: 4096, differ }, { fan_out: fanOut, leaf_keys: 1 });
    const rows = rowsAt(run.log, lastHop(run.log), tree);
    for (const width of [264, 334]) {
      const level = rows.length - 1;
      const path = pathThrough(rows, { level: 0, index: 0 }, fanOut);
      const view = { rows, path, fanOut, opened: new Set(), width };
      const closed = placesOf(view);
      const row = /** @type {any} */ (closed.places.at(-1));
      assert.equal(row.zoom, 'in');
      assert.ok(row.kind === 'open' || row.groups.length === 1);
      assert.ok(row.groups.every((/** @type {any} */ { count }) => count <= 16));
      // The whole height between two strips is the target, and it is as high as a finger.
      assert.ok(row.bottom - row.y >= 44);
      const tapped = nodeAt(closed.places, width / 2, row.y + 30, width);
      assert.deepEqual([tapped?.level, tapped?.zoom], [level, 'in']);

      const { places } = placesOf({ ...view, zoomed: level });
      const zoomed = /** @type {any} */ (places.at(-1));
      for (const { x, count, cell } of zoomed.groups) {
        assert.ok(cell >= 44 && x + count * cell <= width + 0.01, `${cell} px at ${width}`);
      }
      const shown = zoomed.groups.flatMap((/** @type {any} */ { first, count }) =>
        Array.from({ length: count }, (_, i) => first + i),
      );
      assert.ok(shown.includes(path[level]) && shown.length <= 16);
      for (const index of shown) {
        const box = /** @type {any} */ (boxOf(places, { level, index }, width));
        const found = nodeAt(places, box.x + box.width / 2, box.y + box.height / 2, width);
        assert.deepEqual(found, { level, index, folded: false, zoom: null });
      }
      assert.equal(nodeAt(places, width - 8, zoomed.top + 11, width)?.zoom, 'out');
      assert.ok(drawStage({ ...view, zoomed: level, hashBytes: 8, least: 0 }).includes('zoom-sign'));
    }
    // On a desk there is nothing to be zoomed.
    const wide = placesOf({
      ...{ rows, fanOut, opened: new Set(), width: 900, zoomed: rows.length - 1 },
      path: rows.map(() => 0),
    });
    assert.ok(wide.places.every(({ zoom }) => zoom === null));
  }
});

test('many groups are a band, and twenty levels fold so that the last two stay open', async () => {
  const { run, tree } = await runOf({ keys: 4096, differ: 300 }, { fan_out: 2, leaf_keys: 1 });
  const rows = rowsAt(run.log, lastHop(run.log), tree);
  const view = {
    rows,
    fanOut: 2,
    path: pathThrough(rows, { level: 0, index: 0 }, 2),
    opened: new Set(),
    width: 700,
  };
  const kinds = placesOf(view).places.map(({ kind }) => kind);
  assert.deepEqual(kinds.slice(-2), ['band', 'band']);
  assert.ok(kinds.slice(0, -2).every((kind) => kind === 'folded'));
  assert.ok(placesOf(view).height < 540);
  assert.equal(placesOf({ ...view, opened: new Set([3]) }).places[3].kind, 'open');
  const row = /** @type {any} */ (rows.at(-1));
  const shares = density(row, 500);
  assert.ok(shares.every((share) => share >= 0 && share <= 1) && shares.some((share) => share > 0));
  const early = placesOf({ ...view, rows: rowsAt(run.log, 4, tree) }).places.at(-1);
  assert.deepEqual([early?.kind, early?.lastLevel], ['waiting', tree.depth]);
});

test('a round is one sentence', () => {
  const row = { level: 2, groups: [], asked: 16, answered: true, differing: new Set([3]), bytes: 128 };
  assert.equal(roundSentence(row), 'Level 2: 15 of 16 equal, one differs; 128 bytes.');
  assert.equal(roundSentence({ ...row, differing: new Set() }), 'Level 2: all 16 equal; 128 bytes.');
  assert.equal(roundSentence({ ...row, answered: false }), 'Level 2: asking for 16 hashes.');
  assert.equal(
    roundSentence({ ...row, level: 0, asked: 1, bytes: 16 }),
    'Level 0: the hash differs; 16 bytes.',
  );
});

test('four asks find the one of sixteen, whichever it is, and an answer rules out what it says', () => {
  for (let wrong = 0; wrong < handLeaves; wrong++) {
    /** @type {import('../../labs/merkle-sync/hand.js').Answer[]} */
    const answers = [];
    while (possible(answers).length > 1) {
      const [level, index] = bestAsk(answers);
      answers.push({ level, index, differs: wrong >> (handDepth - level) === index });
    }
    assert.deepEqual([possible(answers), answers.length], [[wrong], fewest]);
    assert.doesNotMatch(drawHand({ width: 320, answers }), /NaN|style=/);
  }
  assert.equal(possible([{ level: 1, index: 0, differs: true }]).length, 8);
});

test('the first minute: the engine answers each tap, counts them, and shows how it is done in four', async () => {
  const { lab, said, engine } = makeLab();
  await lab.open(() => null);
  assert.equal(lab.phase, 'hand');
  for (let leaf = 0; leaf < handLeaves && lab.phase === 'hand'; leaf++) await lab.story.ask(handDepth, leaf);
  assert.equal(lab.phase, 'found');
  assert.ok(lab.story.usedFirst > fewest);
  assert.equal(lab.hand.used, lab.story.usedFirst);
  assert.ok(said.length > 3 && said.every((sentence) => sentence.endsWith('.')));
  await lab.story.showHow();
  assert.deepEqual([lab.phase, lab.hand.used], ['shown', fewest]);
  lab.close();
  engine.close();
});

test('free play: a change makes a new run, steps show how much of it is known, and a leaf opens', async () => {
  const { lab, said, engine } = makeLab();
  await lab.openLink({ settings: small, hop: 0 });
  assert.deepEqual([lab.phase, lab.hop, lab.rows[0].answered], ['free', 0, false]);
  await lab.step(1);
  assert.equal(said.at(-1), roundSentence(lab.rows[0]));
  await lab.scrub(lab.last);
  assert.ok(lab.isOver);
  assert.match(said.at(-1) ?? '', /^Both replicas agree\. 10 keys differed, \d+ keys sent\.$/);
  assert.ok(lab.leaf && lab.leaf.keys.count >= 1);
  assert.ok(lab.leaf.keys.keys.some((key) => wayOf(key).says !== 'equal'));
  await lab.set({ differ: 0 });
  assert.equal(lab.shown?.run.report.hashes, 1);
  assert.equal(lab.leaf, null);
  lab.close();
  engine.close();
});

test('by hand: both edited are both kept, and the link brings the edit along', async () => {
  const { lab, engine } = makeLab();
  await lab.openLink({ settings: { ...small, keys: 16, differ: 1 }, hop: 99 });
  const key = /** @type {any} */ (lab.leaf).keys.keys.find(
    (/** @type {any} */ one) => wayOf(one).says !== 'equal',
  ).key;
  await lab.edit({ side: 'A', do: 'put', key, value: 'one' });
  await lab.edit({ side: 'B', do: 'put', key, value: 'other' });
  const found = lab.leaf?.keys.keys.find((one) => JSON.stringify(one.key) === JSON.stringify(key));
  assert.deepEqual(found && wayOf(found), { sign: '◇', says: 'both are kept' });
  const link = readFragment(`#${fragmentOf({ settings: lab.settings, hop: 2 }).slice(1)}`);
  assert.deepEqual(link, { settings: lab.settings, hop: 2 });
  const roots = lab.shown?.tree.roots;
  const again = makeLab();
  await again.lab.openLink(/** @type {any} */ (link));
  assert.deepEqual(again.lab.shown?.tree.roots, roots);
  assert.equal(again.lab.hop, 2);
  again.lab.close();
  lab.close();
  engine.close();
});

test('a link is a stranger’s: what is not a choice of the lab is refused in a sentence', async () => {
  assert.equal(readFragment('#top'), null);
  assert.throws(() => readFragment('#run=1.x'), /damaged/);
  const scenario = /** @type {any} */ ({ lab: 'merkle-sync', keys: 7 });
  const asked = `#run=${encodeLink({ scenario, position: 0, trace_version: 0 })}`;
  assert.throws(() => readFragment(asked), /does not have: keys/);
  const other = `#run=${encodeLink({ scenario: /** @type {any} */ ({ seed: 1 }), position: 0, trace_version: 0 })}`;
  assert.throws(() => readFragment(other), /another lab/);
  assert.deepEqual(readSettings({ kinds: ['lost'] }).kinds, standard.kinds);
  const { lab, engine } = makeLab();
  await lab.open(() => readFragment(asked));
  assert.match(lab.problem, /does not have/);
  const refused = makeLab();
  const edits = [/** @type {any} */ ({ side: 'C', do: 'put', key: 'x', value: '1' })];
  await refused.lab.openLink({ settings: { ...small, edits }, hop: 0 });
  assert.notEqual(refused.lab.problem, '');
  assert.deepEqual(refused.lab.shown?.settings, standard);
  refused.lab.close();
  // What the engine refuses leaves the lab as it was.
  await lab.openLink({ settings: small, hop: 0 });
  const { shown } = lab;
  await lab.edit({ side: 'A', do: 'put', key: '', value: 'x' });
  assert.notEqual(lab.problem, '');
  assert.equal(lab.shown, shown);
  lab.close();
  engine.close();
});

test('what happened to B alone leaves A the newer in every key, and says how many', async () => {
  const { engine } = makeLab();
  for (const [past, keys] of /** @type {const} */ ([
    ['away', 16],
    ['away', 1024],
    ['away', mostKeys.away],
    ['disk', 16],
    ['disk', mostKeys.disk],
  ])) {
    const settings = { ...standard, past, keys, differ: 0 };
    const replicas = await engine.replicas(setupOf(settings));
    const edits = await editsOf(past, replicas, keys);
    for (const edit of edits) await replicas.edit(edit);
    const wanted = past === 'disk' ? keys : missed(keys).all;
    assert.equal(replicas.state.differing, wanted);
    assert.equal(new Set(edits.map(({ key }) => JSON.stringify(key))).size, wanted);
    const { report } = await replicas.run(askedOf(settings));
    assert.equal(report.keys_differing, wanted);
    assert.ok(report.equal_after);
    const { keys: held } = await replicas.keys({ fan_out: 2, depth: 6, level: 6, index: 0 });
    assert.ok(held.every((key) => ['=', '→'].includes(wayOf(key).sign)));
    assert.match(
      pastWords(past, keys),
      past === 'disk' ? /nothing on it/ : new RegExp(`A took ${wanted} changes`),
    );
    await replicas.close();
  }
  const { all, added, deleted, changed: newer } = missed(mostKeys.away);
  assert.deepEqual([all, added + deleted + newer], [20, 20]);
  engine.close();
});

test('the page about failures ends in the lab with its own run, at its end, and is named there', async () => {
  const link = /** @type {RunPlace} */ (readFragment(`#run=${labRun()}`));
  assert.deepEqual(link.settings, { ...standard, keys: mostKeys.away, differ: 0, past: 'away' });
  assert.equal(link.from, 'failure-handling');
  const { lab, engine } = makeLab();
  await lab.open(() => link);
  assert.deepEqual([lab.problem, lab.isOver, lab.from], ['', true, 'failure-handling']);
  assert.equal(lab.shown?.run.report.keys_differing, 20);
  // A choice by hand is the reader's own.
  await lab.set({ fanOut: 2 });
  assert.deepEqual([lab.from, lab.settings.past], ['', 'away']);
  await lab.set({ differ: 10 });
  assert.deepEqual([lab.settings.past, lab.shown?.run.report.keys_differing], [null, 10]);
  lab.close();
  engine.close();
  assert.throws(() => readSettings({ keys: 1024 * 1024, past: 'away' }), /does not have: past/);
  assert.throws(() => readSettings({ keys: 16, past: 'fire' }), /does not have: past/);
});

test('no more keys differ than there are, and edits belong to their replicas', () => {
  assert.equal(changed({ ...standard, differ: 1000 }, { keys: 16 }).differ, 10);
  const edited = { ...standard, edits: [/** @type {const} */ ({ side: 'A', do: 'delete', key: 'x' })] };
  assert.equal(changed(edited, { fanOut: 4 }).edits.length, 1);
  assert.equal(changed(edited, { differ: 10 }).edits.length, 0);
  assert.equal(changed({ ...standard, depth: 15 }, { leafKeys: 8 }).depth, null);
});

test('the bill has every method, the cheapest first, and nobody is under the lower bound', async () => {
  const engine = openTestEngine();
  const replicas = await engine.replicas({ keys: 1024, differ: 10, id_bytes: 8, seed: 5 });
  const { report } = await replicas.run({ fan_out: 16, leaf_keys: 1 });
  const bill = new Bill(() => {});
  await bill.fill(replicas, small);
  const rows = bill.rows(report);
  assert.equal(rows.length, 6);
  for (const [i, row] of rows.entries()) {
    assert.ok(i === 0 || row.report.bytes >= rows[i - 1].report.bytes, row.name);
  }
  assert.ok(rows.every(({ report }) => report.equal_after && report.bytes >= report.lower_bound_bytes));
  const bars = barsOf(/** @type {any} */ ({ shown: { run: { report } }, bill }));
  assert.deepEqual([bars[0].name, bars.length], ['lower bound', 7]);
  engine.close();
});

test('lines cross where one passes the other, and nowhere else', () => {
  const points = [
    { x: 1, bytes: { tree: 10, hashes: 1000 } },
    { x: 100, bytes: { tree: 100_000, hashes: 1000 } },
  ];
  const [one] = crossings(points, 'tree', 'hashes');
  assert.ok(Math.abs(one.x - 10) < 1e-6 && Math.abs(one.bytes - 1000) < 1e-3);
  assert.deepEqual(
    crossings([points[0], { x: 100, bytes: { tree: 20, hashes: 1000 } }], 'tree', 'hashes'),
    [],
  );
});

/** A message that names no level does not touch a row. @type {SyncMessage[]} */
const copies = [
  {
    from: 'A',
    part: 'copies',
    sent_us: 0,
    arrives_us: 1,
    hop: 1,
    bytes: 9,
    record_bytes: 4,
    hashes: 0,
    keys: 1,
    copies: 1,
  },
];

test('copies are no level', () => {
  assert.equal(rowsAt(copies, 1, { depth: 0, fanOut: 2 })[0].asked, 0);
});
