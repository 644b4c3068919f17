/**
 * A run as a piece of text for an address: scenario with actions, position, the version of the trace that made it, and
 * the id of the challenge that it is an answer to, if it is one.
 *
 *   "1." + base64url( CRC-32 of the rest, 4 bytes little-endian · deflate-raw of the JSON text )
 *
 * The number before the dot is the version of this form. Links come from strangers: nothing above 1 MB is ever
 * unpacked, and each thing that can be wrong has a sentence for the reader. The scenario itself is the engine's to judge.
 */
import { deflateSync, Inflate } from 'fflate';
import { crc32 } from './crc32.js';

/** @import { Engine } from './client.js' */
/** @import { Scenario } from './engine.d.ts' */
/** @typedef {{ scenario: Scenario, position: number, trace_version: number, challenge?: string }} Link */

const VERSION = 1;
const MOST_BYTES = 1 << 20;
/** Deflate grows at most 1032 times, so this much input never yields more than a quarter of the limit at once. */
const INPUT_CHUNK_BYTES = 256;

/**
 * @param {Link} link
 * @returns {string}
 */
export function encodeLink({ scenario, position, trace_version, challenge }) {
  const text = new TextEncoder().encode(JSON.stringify({ scenario, position, trace_version, challenge }));
  if (text.length > MOST_BYTES) throw new Error('This run is too long for a link: it takes more than 1 MB.');
  const packed = deflateSync(text, { level: 9 });
  const bytes = new Uint8Array(4 + packed.length);
  new DataView(bytes.buffer).setUint32(0, crc32(packed), true);
  bytes.set(packed, 4);
  return `${VERSION}.${toBase64url(bytes)}`;
}

/**
 * @param {string} text
 * @returns {Link}
 */
export function decodeLink(text) {
  const [, version, body] = /^(\d{1,9})\.(.*)$/s.exec(text) ?? [];
  if (version === undefined)
    throw new Error('This is not a link to a run: it should begin with a version, as in "1.".');
  if (Number(version) !== VERSION) {
    throw new Error(`This link has version ${Number(version)}, and this page reads version ${VERSION} only.`);
  }
  const bytes = fromBase64url(body);
  if (bytes.length < 5) throw damaged();
  const packed = bytes.subarray(4);
  if (new DataView(bytes.buffer).getUint32(0, true) !== crc32(packed)) throw damaged();
  return readLink(inflate(packed));
}

/**
 * What a reader must know of a link that another engine made; '' when it was this one.
 * @param {Link} link
 * @param {Engine} engine
 */
export async function versionNote({ trace_version }, engine) {
  const { trace_version: own } = await engine.about();
  if (trace_version === own) return '';
  return `This link was made by ${trace_version < own ? 'an older' : 'a newer'} engine; the run may differ.`;
}

const damaged = () => new Error('This link is damaged: a part of it is missing or was changed on the way.');

/**
 * @param {Uint8Array} packed
 * @returns {Uint8Array}
 */
function inflate(packed) {
  /** @type {Uint8Array[]} */
  const parts = [];
  let total = 0;
  const inflater = new Inflate((part) => {
    total += part.length;
    parts.push(part);
  });
  for (let at = 0; at < packed.length; at += INPUT_CHUNK_BYTES) {
    const end = at + INPUT_CHUNK_BYTES;
    try {
      inflater.push(packed.subarray(at, end), end >= packed.length);
    } catch {
      throw damaged();
    }
    if (total > MOST_BYTES) throw new Error('This link is refused: unpacked it would be larger than 1 MB.');
  }
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * @param {Uint8Array} bytes
 * @returns {Link}
 */
function readLink(bytes) {
  let link;
  try {
    link = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged();
  }
  const { scenario, position, trace_version, challenge } = link ?? {};
  const whole = [position, trace_version].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!whole || typeof scenario !== 'object' || scenario === null || Array.isArray(scenario)) {
    throw new Error('This link holds no run: it needs a scenario, a position and a trace version.');
  }
  if (challenge === undefined) return { scenario, position, trace_version };
  if (typeof challenge !== 'string' || !/^[a-z0-9-]{1,100}$/.test(challenge)) {
    throw new Error('This link names a challenge in a way that cannot be read.');
  }
  return { scenario, position, trace_version, challenge };
}

/** @param {Uint8Array} bytes */
function toBase64url(bytes) {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @param {string} text */
function fromBase64url(text) {
  if (!/^[\w-]*$/.test(text)) throw damaged();
  let binary;
  try {
    binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    throw damaged();
  }
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
