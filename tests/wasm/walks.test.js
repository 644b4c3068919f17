/**
 * A walk through a run (step, step back, seek, fork, another branch, an action in the past) never changes what has
 * been: whoever comes back to a position of a branch finds the state that was there before.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestEngine } from '../lib/engine.js';
import { fc, runs } from '../lib/property.js';

/** @import { Session } from '../../web/engine/session.js' */

const engine = openTestEngine();

const scenario = {
  seed: 11,
  cluster: { nodes: 5, n: 3, w: 2, r: 1 },
  network: { latency: { profile: 'lnkd-disk' }, loss: 0.05 },
  records: [{ key: 'x', value: '0' }],
  workload: { clients: 2, duration_ms: 600, think_ms: 20, keys: 3 },
};

const actions = fc.oneof(
  fc.record({
    do: fc.constant('put'),
    client: fc.constantFrom('c1', 'c2'),
    key: fc.constant('x'),
    value: fc.string(),
  }),
  fc.record({ do: fc.constant('get'), client: fc.constantFrom('c1', 'c2'), key: fc.constant('x') }),
  fc.record({ do: fc.constantFrom('crash', 'restart'), node: fc.constantFrom('A', 'B', 'C') }),
  fc.constantFrom(
    {
      do: 'partition',
      groups: [
        ['A', 'B', 'c1'],
        ['C', 'D', 'E', 'c2'],
      ],
    },
    { do: 'heal' },
    { do: 'set', w: 1, r: 3, loss: 0.2 },
  ),
);

const moves = fc.oneof(
  fc.record({ kind: fc.constant('step'), events: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('until'), us: fc.integer({ min: 0, max: 50_000 }) }),
  fc.record({ kind: fc.constant('back'), events: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant('seek'), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('time'), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('branch'), share: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
  fc.record({ kind: fc.constant('fork') }),
  fc.record({ kind: fc.constant('act'), action: actions }),
);

/**
 * @param {Session} session
 * @param {any} move
 */
async function make(session, move) {
  const { position, last_position, last_us, now_us, branch_count } = session.status;
  if (move.kind === 'step') await session.step({ maxEvents: move.events });
  if (move.kind === 'until') await session.step({ untilUs: now_us + move.us });
  if (move.kind === 'back') await session.seek(Math.max(0, position - move.events));
  if (move.kind === 'seek') await session.seek(Math.floor(move.share * last_position));
  if (move.kind === 'time') await session.seekTime(Math.floor(move.share * last_us));
  if (move.kind === 'branch') await session.seek(position, Math.floor(move.share * branch_count));
  if (move.kind === 'fork') await session.fork();
  if (move.kind === 'act') await session.apply(move.action);
}

/**
 * @param {string} what
 * @param {Map<string, string>} seen
 * @param {Session} session
 */
async function look(what, seen, session) {
  const { branch, position } = session.status;
  const { state_hash } = await session.view('hash');
  const place = `${branch}:${position}`;
  const before = seen.get(place);
  if (before === undefined) seen.set(place, state_hash);
  else assert.equal(state_hash, before, `${what} to branch ${branch}, position ${position}`);
}

test('1000 random walks come back to the same states', async () => {
  let visits = 0;
  let branches = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { minLength: 5, maxLength: 25 }), async (walk) => {
      const session = await engine.create(scenario);
      /** @type {Map<string, string>} */
      const seen = new Map();
      await look('start', seen, session);
      for (const move of walk) {
        const { branch, position } = session.status;
        await make(session, move);
        // An action at the end of a branch is part of what is to come: it changes the state in which it was made.
        if (move.kind === 'act' && branch === session.status.branch) seen.delete(`${branch}:${position}`);
        await look(JSON.stringify(move), seen, session);
      }
      for (const place of seen.keys()) {
        const [branch, position] = place.split(':').map(Number);
        await session.seek(position, branch);
        assert.deepEqual([session.status.branch, session.status.position], [branch, position]);
        await look('return', seen, session);
      }
      visits += seen.size;
      branches = Math.max(branches, session.status.branch_count);
      await session.close();
    }),
    runs(1000),
  );
  // A walk that stands still would prove nothing.
  assert.ok(visits > 5000 && branches > 3, `${visits} places, up to ${branches} branches`);
});

test('k steps forward and k back: the same state, the same trace', async () => {
  const session = await engine.create(scenario);
  await session.step({ maxEvents: 200 });
  const before = await session.view('hash');
  for (let k = 1; k <= 100; k++) {
    await session.step({ maxEvents: k });
    assert.equal(session.status.position, 200 + k);
    await session.seek(session.status.position - k);
    assert.deepEqual(await session.view('hash'), before);
  }
});
