/** Links: what was put in comes out, and what a stranger sends cannot hurt. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'fflate';
import { crc32 } from '../../web/engine/crc32.js';
import { decodeLink, encodeLink } from '../../web/engine/link.js';
import { fc, runs } from '../lib/property.js';

const damaged = { message: /^This link is damaged/ };
const tooLarge = { message: /larger than 1 MB/ };
const noLink = { message: /^This is not a link to a run/ };
const noRun = { message: /^This link holds no run/ };

const link = {
  scenario: {
    seed: 7,
    cluster: { nodes: 5 },
    actions: [{ do: 'put', client: 'c1', key: 'x', value: 'é', at_us: 5 }],
  },
  position: 41,
  trace_version: 1,
};

/**
 * A link in due form around any bytes: what somebody who knows the form could send.
 * @param {Uint8Array} packed
 */
function forge(packed) {
  const bytes = Buffer.alloc(4 + packed.length);
  bytes.writeUInt32LE(crc32(packed), 0);
  bytes.set(packed, 4);
  return `1.${bytes.toString('base64url')}`;
}

/** @param {unknown} value */
const forgeJson = (value) => forge(deflateSync(Buffer.from(JSON.stringify(value))));

test('crc32 gives the published check value', () => {
  assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
});

test('any scenario comes out of its link as it went in', () => {
  const links = fc.record({
    scenario: fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
    position: fc.maxSafeNat(),
    trace_version: fc.nat(),
  });
  fc.assert(
    fc.property(links, (link) => {
      const text = encodeLink(link);
      assert.match(text, /^1\.[\w-]+$/);
      assert.deepEqual(decodeLink(text), JSON.parse(JSON.stringify(link)));
    }),
    runs(1000),
  );
});

test('a link of the first version opens for ever', () => {
  // Written down once; if this fails, the form has changed and needs a new version number.
  const first = '1.Fbr4gqtWKk5OzUssysxXsgKyU1NTlKxMdJQSk0sy8_OKlayiY2t1lAryizNBfCUrYx2lkqLE5NT4stSiYrCIYS0A';
  assert.deepEqual(decodeLink(first), { scenario: { seed: 4, actions: [] }, position: 3, trace_version: 1 });
});

test('a link may say which challenge it answers, and older links go on saying nothing', () => {
  const answer = { ...link, challenge: 'miss-it' };
  assert.deepEqual(decodeLink(encodeLink(answer)), answer);
  assert.ok(!('challenge' in decodeLink(encodeLink(link))));
  for (const challenge of ['', 'Miss it', 7, null, 'x'.repeat(101)]) {
    const forged = forgeJson({ ...link, challenge });
    assert.throws(() => decodeLink(forged), { message: /names a challenge in a way/ }, String(challenge));
  }
});

test('every link cut short is refused as damaged', () => {
  const text = encodeLink(link);
  for (let length = 2; length < text.length; length++) {
    assert.throws(() => decodeLink(text.slice(0, length)), damaged, `cut at ${length}`);
  }
});

test('every single bit flipped on the way is noticed', () => {
  const bytes = Buffer.from(encodeLink(link).slice(2), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] ^= 1 << (bit & 7);
    assert.throws(() => decodeLink(`1.${changed.toString('base64url')}`), damaged, `bit ${bit}`);
  }
});

test('a link of another version says which', () => {
  const body = encodeLink(link).slice(2);
  assert.throws(() => decodeLink(`2.${body}`), /version 2, and this page reads version 1/);
  assert.throws(() => decodeLink(`0.${body}`), /version 0/);
});

test('text that is no link is called no link', () => {
  for (const text of ['', '1', 'hello', '-1.abc', `x${encodeLink(link)}`]) {
    assert.throws(() => decodeLink(text), noLink, text);
  }
  for (const text of ['1.', '1.a', '1.äöü', '1.a b', '1.AAAA%20'])
    assert.throws(() => decodeLink(text), damaged, text);
});

test('a link that unpacks to more than 1 MB is refused while it is unpacked', () => {
  const packed = deflateSync(new Uint8Array(64 << 20), { level: 9 });
  assert.ok(packed.length < 1 << 17);
  assert.throws(() => decodeLink(forge(packed)), tooLarge);
  // Had it been unpacked to its end, the fault there would have been met first.
  packed.fill(0xff, packed.length - 1000);
  assert.throws(() => decodeLink(forge(packed)), tooLarge);
});

test('exactly 1 MB is the most that a link holds', () => {
  const frame = JSON.stringify({ scenario: { title: '' }, position: 0, trace_version: 1 }).length;
  /** @param {number} bytes */
  const sized = (bytes) => ({
    scenario: { title: 'x'.repeat(bytes - frame) },
    position: 0,
    trace_version: 1,
  });
  assert.deepEqual(decodeLink(encodeLink(sized(1 << 20))), sized(1 << 20));
  assert.throws(() => encodeLink(sized((1 << 20) + 1)), /too long for a link/);
  assert.throws(() => decodeLink(forgeJson(sized((1 << 20) + 1))), tooLarge);
});

test('forged content is refused with a sentence, never with an accident', () => {
  const shapes = [
    null,
    1,
    'x',
    [],
    {},
    { ...link, position: -1 },
    { ...link, position: 0.5 },
    { ...link, scenario: [] },
  ];
  for (const shape of shapes) assert.throws(() => decodeLink(forgeJson(shape)), noRun, JSON.stringify(shape));
  assert.throws(() => decodeLink(forge(deflateSync(Buffer.from('{"scenario":')))), damaged);
  assert.throws(() => decodeLink(forge(deflateSync(Buffer.from([0xff, 0xfe])))), damaged);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
      assert.throws(() => decodeLink(forge(bytes)), { message: /^This link/ });
    }),
    runs(300),
  );
});
