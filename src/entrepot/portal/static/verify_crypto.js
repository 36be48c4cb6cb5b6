// Bytes, hashes and signatures for the verifying page. Nothing here asks the network or keeps anything.
"use strict";

/* What is wrong with what was given, in English and Chinese. */
class Rejected extends Error {
  constructor(en, zh) {
    super(en);
    this.en = en;
    this.zh = zh;
  }
}

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/* A whole number as eight bytes, the highest first. */
function eight(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

/* The bytes of base64 in its one spelling, or null. */
function fromBase64(text) {
  if (!text || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  const letters = atob(text);
  return btoa(letters) === text ? Uint8Array.from(letters, (letter) => letter.charCodeAt(0)) : null;
}

/* The bytes of base64url without padding in its one spelling, or null. */
function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return null;
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat(-text.length & 3));
}

/* The bytes of a short text in base58; none where it is not one. */
function fromBase58(text) {
  let number = 0n;
  if (text.length > 200) return new Uint8Array();
  for (const letter of text) {
    const digit = BASE58.indexOf(letter);
    if (digit < 0) return new Uint8Array();
    number = number * 58n + BigInt(digit);
  }
  const bytes = [];
  for (; number; number >>= 8n) bytes.unshift(Number(number & 255n));
  const zeros = text.length - text.replace(/^1+/, "").length;
  return Uint8Array.from([...new Array(zeros).fill(0), ...bytes]);
}

// -- SHA-2 (FIPS 180-4), since pages from a plain http address have no WebCrypto ---------------------------------------

const PRIMES = [];
for (let candidate = 2; PRIMES.length < 80; candidate++) {
  if (PRIMES.every((prime) => candidate % prime)) PRIMES.push(candidate);
}

/* The first `bits` bits behind the point of the root of a small number. */
function fraction(number, power, bits) {
  const wanted = BigInt(number) << (BigInt(bits) * power);
  let low = 0n;
  let high = 1n << BigInt(bits + 8);
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** power <= wanted) low = middle;
    else high = middle;
  }
  return low & ((1n << BigInt(bits)) - 1n);
}

const K64 = PRIMES.map((prime) => fraction(prime, 3n, 64));
const H64 = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2n, 64));
const K32 = PRIMES.slice(0, 64).map((prime) => Number(fraction(prime, 3n, 32)));
const H32 = PRIMES.slice(0, 8).map((prime) => Number(fraction(prime, 2n, 32)));

/* The message, a one and zeros, and its length in bits, in whole blocks. */
function padded(message, block, length) {
  const zeros = (2 * block - 1 - length - (message.length % block)) % block;
  const end = new Uint8Array(1 + zeros + length);
  end[0] = 128;
  end.set(eight(message.length * 8), end.length - 8);
  return joined(message, end);
}

function sha256(message) {
  const data = padded(message, 64, 8);
  const view = new DataView(data.buffer);
  const state = Int32Array.from(H32);
  const words = new Int32Array(64);
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  for (let start = 0; start < data.length; start += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) words[i] = view.getInt32(start + 4 * i);
      else {
        const [x, y] = [words[i - 15], words[i - 2]];
        words[i] = (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + words[i - 16] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10)) + words[i - 7];
      }
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K32[i] + words[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => out.setInt32(4 * i, word));
  return new Uint8Array(out.buffer);
}

function sha512(message) {
  const data = padded(message, 128, 16);
  const view = new DataView(data.buffer);
  const low = (number) => BigInt.asUintN(64, number);
  const turn = (word, by) => (word >> by) | low(word << (64n - by));
  let state = [...H64];
  for (let start = 0; start < data.length; start += 128) {
    const words = [];
    for (let i = 0; i < 80; i++) {
      if (i < 16) words.push(view.getBigUint64(start + 8 * i));
      else {
        const [x, y] = [words[i - 15], words[i - 2]];
        const left = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n);
        words.push(low(left + words[i - 16] + (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n)) + words[i - 7]));
      }
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i++) {
      const one = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (low(~e) & g)) + K64[i] + words[i];
      const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, low(d + one), c, b, a, low(one + two)];
    }
    state = [a, b, c, d, e, f, g, h].map((word, i) => low(state[i] + word));
  }
  return joined(...state.map(eight));
}

// -- Ed25519 (RFC 8032), where the browser does not know it ------------------------------------------------------------

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (number, by = P) => ((number % by) + by) % by;

function power(base, exponent) {
  let result = 1n;
  for (let square = mod(base); exponent; exponent >>= 1n, square = mod(square * square)) {
    if (exponent & 1n) result = mod(result * square);
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT = power(2n, (P - 1n) / 4n);
const ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
const WEAK = new Set([0n, 1n, P - 1n, ORDER_8, P - ORDER_8]);

/* y of the bytes of a point, and whether x is odd. */
function yOf(bytes) {
  const number = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return [number & (2n ** 255n - 1n), number >> 255n];
}

/* A key for which anybody could sign, or one that is not written as it must be. */
function isWeak(bytes) {
  const [y] = yOf(bytes);
  return y >= P || WEAK.has(y);
}

function point(bytes) {
  const [y, odd] = yOf(bytes);
  if (y >= P) return null;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * ROOT);
  if (mod(x * x) !== square || (x === 0n && odd)) return null;
  if ((x & 1n) !== odd) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function sum([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const [a, b] = [mod((y1 - x1) * (y2 - x2)), mod((y1 + x1) * (y2 + x2))];
  const [c, d] = [mod(2n * t1 * t2 * D), mod(2n * z1 * z2)];
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(scalar, base) {
  let result = [0n, 1n, 1n, 0n];
  for (let double = base; scalar; scalar >>= 1n, double = sum(double, double)) {
    if (scalar & 1n) result = sum(result, double);
  }
  return result;
}

const BASE = point(Uint8Array.from([0x58, ...new Array(31).fill(0x66)]));

function ownEd25519(key, signature, message) {
  const whole = (bytes) => bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
  const [a, s] = [point(key), whole(signature.slice(32))];
  if (!a || s >= ORDER) return false;
  const k = mod(whole(sha512(joined(signature.slice(0, 32), key, message))), ORDER);
  const [x, y, z] = sum(times(s, BASE), times(k, [P - a[0], a[1], 1n, P - a[3]]));
  const inverse = power(z, P - 2n);
  const written = mod(y * inverse) | ((mod(x * inverse) & 1n) << 255n);
  return written === whole(signature.slice(0, 32));
}

let knowsEd25519 = Boolean(globalThis.crypto?.subtle); // until it says otherwise

/* Whether the 64 bytes are the key's signature of the message. */
async function ed25519(key, signature, message) {
  if (key.length !== 32 || signature.length !== 64) return false;
  if (knowsEd25519) {
    try {
      const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", imported, signature, message);
    } catch (error) {
      if (error.name === "NotSupportedError") knowsEd25519 = false;
      else if (error.name === "DataError") return false;
    }
  }
  return ownEd25519(key, signature, message);
}
