// Receipts, checkpoints, keys, policies and credentials, checked by the same rules as the stand-alone verifiers in Python.
"use strict";

const NUMBER = /^(?:0|[1-9][0-9]{0,18})$/;
const CONTROL = /[\x00-\x09\x0b-\x1f\ud800-\udfff]/u;
const SPACE = /[\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const PUBLIC_BYTES = { 1: 32, 4: 32, 6: 1312 };
const FOREVER = 2n ** 63n - 1n;
const PLAIN_JSON = 1; // what statements hold: whole numbers, no null, names in ASCII
const reject = (en, zh) => {
  throw new Rejected(en, zh);
};

function textOf(data, limit = 1_048_576) {
  if (data.length > limit) reject(`larger than ${limit} bytes`, `超过 ${limit} 字节`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return reject("not UTF-8 text", "不是 UTF-8 文本");
  }
}

function number(text, en, zh) {
  if (!NUMBER.test(text) || BigInt(text) > FOREVER) reject(`${en} is not a plain number below 2^63`, `${zh}不是小于 2^63 的整数`);
  return BigInt(text);
}

const base64 = (text, en, zh) => fromBase64(text) ?? reject(`${en} is not in base64`, `${zh}不是 base64 编码`);
const isName = (name) => name && !name.includes("+") && !SPACE.test(name) && !CONTROL.test(name);

// -- JSON: strictly read, canonically written (RFC 8785) ---------------------------------------------------------------

/* The value of JSON text: objects as Map. Refuses what two readers could take in two ways. */
function parseJson(text, plain = 0) {
  let at = 0;
  const wrong = (why) => reject(`not strict JSON: ${why}, at ${at}`, `不是严格的 JSON（位置 ${at}）`);
  const skip = () => {
    while (" \t\n\r".includes(text[at] ?? "x")) at++;
  };
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found && found[0];
  };
  const string = () => {
    const told = take(/"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    if (told === null) wrong("a text is malformed");
    const value = JSON.parse(told);
    return /[\ud800-\udfff]/u.test(value) ? wrong("half a surrogate pair") : value;
  };
  const numeral = () => {
    const told = take(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y);
    if (told === null || told.length > 64) wrong("no value");
    const value = Number(told);
    const whole = /^-?[0-9]+$/.test(told);
    if (plain && !whole) wrong("not a whole number");
    if (!Number.isFinite(value) || (whole && Math.abs(value) > Number.MAX_SAFE_INTEGER)) wrong("a number out of range");
    if (value === 0 && /[1-9]/.test(told.split(/[eE]/)[0])) wrong("a number too small");
    return whole && value === 0 ? 0 : value;
  };
  const members = (room) => {
    const object = new Map();
    for (at++, skip(); text[at] !== "}" || object.size; ) {
      const name = string();
      if (object.has(name)) wrong("a name stands twice");
      if (plain && /[^\x00-\x7f]/.test(name)) wrong("a name beyond ASCII");
      skip();
      if (text[at++] !== ":") wrong("a colon is missing");
      object.set(name, value(room));
      if (text[at] === "}") break;
      if (text[at++] !== ",") wrong("a comma is missing");
      skip();
    }
    at++;
    return object;
  };
  const elements = (room) => {
    const array = [];
    at++;
    skip();
    for (; text[at] !== "]" || array.length; ) {
      array.push(value(room));
      if (text[at] === "]") break;
      if (text[at++] !== ",") wrong("a comma is missing");
    }
    at++;
    return array;
  };
  const value = (room) => {
    skip();
    let found;
    if ("{[".includes(text[at] ?? "x")) {
      if (!room) wrong("nested too deep");
      found = text[at] === "{" ? members(room - 1) : elements(room - 1);
    } else if (text[at] === '"') found = string();
    else {
      const word = take(plain ? /true|false/y : /true|false|null/y);
      found = word === null ? numeral() : JSON.parse(word);
    }
    skip();
    return found;
  };
  const whole = value(64);
  return at === text.length ? whole : wrong("more behind it");
}

function canonical(value) {
  if (value instanceof Map) {
    const names = [...value.keys()].sort((a, b) => (a < b ? -1 : 1)); // by UTF-16 code units
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value.get(name))}`).join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

const pretty = (value) =>
  JSON.stringify(value, (_, item) => (item instanceof Map ? Object.fromEntries(item) : item), 2);

// -- keys and whom to believe ------------------------------------------------------------------------------------------

function keyOf(text, witness = false) {
  const [name, id, ...rest] = text.split("+");
  if (!isName(name) || !rest.length) reject("a key does not read NAME+HEX+BASE64", "密钥格式应为 NAME+HEX+BASE64");
  const material = base64(rest.join("+"), "a key", "密钥");
  const kind = material[0];
  if (material.length - 1 !== PUBLIC_BYTES[kind] || kind === (witness ? 1 : 4)) {
    reject(`a key of ${name} is not of a kind known here`, `${name} 的密钥类型不可识别`);
  }
  const key = { name, kind, bytes: material.slice(1), first: 0n, last: FOREVER };
  key.id = hex(sha256(joined(utf8(`${name}\n`), material)).slice(0, 4));
  if (key.id !== id) reject(`the id in the key of ${name} does not fit it: it was mistyped`, `${name} 的密钥标识不符，可能抄录有误`);
  return key;
}

/* A C2SP tlog-policy. */
function policyOf(text) {
  const lines = text.split("\n");
  const trust = { logs: [], witnesses: new Map(), groups: new Map(), quorum: "" };
  const members = new Set();
  if (lines.pop() || lines.length > 1000 || /[\x00-\x08\x0b-\x1f\x7f]/.test(text)) {
    reject("the policy is cut short, too long or holds control characters", "策略不完整、过长或含控制字符");
  }
  lines.forEach((line, at) => {
    const [word, ...rest] = line.split(/[ \t]+/).filter(Boolean);
    if (!word || word.startsWith("#")) return;
    const defined = (name) => trust.witnesses.has(name) || trust.groups.has(name);
    const free = (name) => name !== "none" && !defined(name);
    const fresh = (key, others) => ![...others].some((other) => same(other.bytes, key.bytes));
    let right = false;
    if (word === "log" && (rest.length === 1 || rest.length === 2)) {
      const key = keyOf(rest[0]);
      right = fresh(key, trust.logs);
      trust.logs.push(key);
    } else if (word === "witness" && (rest.length === 2 || rest.length === 3)) {
      const key = keyOf(rest[1], true);
      right = free(rest[0]) && fresh(key, trust.witnesses.values());
      trust.witnesses.set(rest[0], key);
    } else if (word === "group" && rest.length > 2) {
      const [name, least, ...named] = rest;
      const needed = { all: String(named.length), any: "1" }[least] ?? least;
      right = free(name) && NUMBER.test(needed) && needed > 0 && BigInt(needed) <= named.length;
      right &&= named.every((one) => defined(one) && !members.has(one)) && new Set(named).size === named.length;
      named.forEach((one) => members.add(one));
      trust.groups.set(name, { needed: Number(needed), named });
    } else if (word === "quorum" && rest.length === 1 && !trust.quorum) {
      right = rest[0] === "none" || defined(rest[0]);
      trust.quorum = rest[0];
    }
    if (!right) reject(`line ${at + 1} of the policy is none, or repeats or names what it may not`, `策略第 ${at + 1} 行有误`);
  });
  return trust.quorum ? trust : reject("the policy names no quorum", "策略未指定 quorum");
}

/* The keys of a log from its file of keys: the first one trusted, then every change as a signed note. */
async function historyOf(text) {
  const [first, ...rest] = text.slice(0, -1).split("\n\n");
  if (!text.endsWith("\n") || CONTROL.test(text) || rest.length % 2) reject("the file of keys is cut short", "密钥文件不完整");
  let keys = [keyOf(first)];
  const trees = new Map();
  let grown = 0n;
  for (let at = 0; at < rest.length; at += 2) {
    const bad = () => reject(`change ${at / 2 + 1} of the keys does not follow from those before`, `密钥第 ${at / 2 + 1} 次变更无效`);
    const lines = rest[at].split("\n");
    const [origin, kind, count, size, root, told] = lines;
    if (lines.length !== 6 || !NUMBER.test(size) || fromBase64(root)?.length !== 32) bad();
    const key = keyOf(told);
    const [place, stolen] = [BigInt(size), kind === "compromise"];
    const held = keys.find((one) => same(one.bytes, key.bytes));
    let right = origin === keys[0].name && key.name === origin && key.kind === 1 && count === String(at / 2 + 1) && place <= FOREVER;
    right &&= (trees.get(size) ?? root) === root && (stolen || place >= grown);
    trees.set(size, root);
    if (!stolen) grown = place;
    const valid = keys.filter((one) => one.last === FOREVER);
    const signed = await signersOf(`${rest[at]}\n`, rest[at + 1], [...valid, key]).catch(bad);
    const needed = [...valid, key].filter((one) => !(stolen && same(one.bytes, key.bytes)));
    right &&= needed.every((one) => signed.has(one.id));
    if (kind === "hand-over") {
      right &&= !held && keys.every((one) => one.id !== key.id);
      keys = [...keys, { ...key, first: place }];
    } else {
      right &&= (kind === "retirement" || stolen) && held && held.first <= place && (stolen || held.last === FOREVER);
      keys = keys.map((one) => (one === held && place < one.last ? { ...one, last: place } : one));
      right &&= keys.some((one) => one.last === FOREVER);
    }
    if (!right) bad();
  }
  return keys;
}

/* Whom to believe, from what was typed or dropped: a policy, a file of keys, or keys line by line. */
async function trustOf(text) {
  if (/^[ \t]*(log|witness|group|quorum)[ \t]/m.test(text)) return policyOf(text);
  const trust = { logs: [], witnesses: new Map(), groups: new Map(), quorum: "none" };
  if (text.includes("\n\n")) trust.logs = await historyOf(text);
  else {
    for (const line of text.split(/\r?\n/).map((one) => one.trim()).filter(Boolean)) {
      const key = keyOf(line);
      if (key.kind === 1) trust.logs.push(key);
      else trust.witnesses.set(key.name, key);
    }
    if (trust.witnesses.size) {
      trust.groups.set("given", { needed: trust.witnesses.size, named: [...trust.witnesses.keys()] });
      trust.quorum = "given";
    }
  }
  return trust;
}

// -- signed notes and receipts -----------------------------------------------------------------------------------------

function linesOf(tail) {
  return tail.split("\n").map((line) => {
    const [dash, name, ...encoded] = line.split(" ");
    if (dash !== "—" || !isName(name ?? "")) reject("a signature line is malformed", "签名行格式不符");
    const signature = base64(encoded.join(" "), "a signature", "签名");
    if (signature.length < 5) reject("a signature is too short", "签名过短");
    return { name, id: hex(signature.slice(0, 4)), signature: signature.slice(4) };
  });
}

async function signersOf(body, tail, keys) {
  const signed = new Set();
  for (const line of linesOf(tail)) {
    const key = keys.find((one) => one.name === line.name && one.id === line.id);
    if (!key) continue;
    if (signed.has(key.id) || !(await ed25519(key.bytes, line.signature, utf8(body)))) reject("false", "不真实");
    signed.add(key.id);
  }
  return signed;
}

/* What a signed checkpoint says, once log and quorum have signed it. */
async function openCheckpoint(note, trust) {
  const cut = note.lastIndexOf("\n\n");
  if (cut < 0 || !note.endsWith("\n") || cut + 2 > note.length - 1) {
    reject("the checkpoint is cut short or has more behind it", "检查点不完整，或其后另有内容");
  }
  const body = note.slice(0, cut + 1);
  const lines = linesOf(note.slice(cut + 2, -1));
  if (lines.length > 64) reject("more than 64 signatures", "签名超过 64 个");
  const [origin, told, encoded, ...more] = body.slice(0, -1).split("\n");
  if (!origin || !told || !encoded || more.some((line) => !line)) reject("the signed text is not a checkpoint", "签名文本不是检查点");
  const root = base64(encoded, "the root hash", "根哈希值");
  if (root.length !== 32) reject("the root hash does not have 32 bytes", "根哈希值不是 32 字节");
  const size = number(told, "the size of the log", "日志大小");
  const signed = new Map();
  const unchecked = [];
  for (const line of lines) {
    const key = [...trust.witnesses.values(), ...trust.logs].find((one) => one.name === line.name && one.id === line.id);
    if (!key || key.kind === 6) {
      unchecked.push(key ? `${line.name} (ML-DSA-44)` : line.name);
      continue;
    }
    if (signed.has(key)) reject(`two signatures of one key, ${line.name}`, `同一密钥 ${line.name} 有两个签名`);
    signed.set(key, await timeSigned(key, line.signature, body));
  }
  const logs = trust.logs.filter((key) => signed.has(key));
  const own = logs.filter((key) => key.name === origin);
  if (!logs.length) reject(`the checkpoint is not signed by the key given but by ${unchecked.join(", ")}: if the log changed its key, give its file of keys`, `检查点由 ${unchecked.join("，")} 签名，而非所给密钥：若日志已更换密钥，请提供其密钥文件`);
  if (!own.length) reject(`the checkpoint is of the log ${origin}, the key is of ${logs[0].name}`, `检查点属于 ${origin}，密钥属于 ${logs[0].name}`);
  if (!own.some((key) => key.first <= size && size <= key.last)) reject(`the key does not count at ${size} entries`, `该密钥在 ${size} 条时无效`);
  const cosigned = [...trust.witnesses].filter(([, key]) => signed.has(key)).map(([name, key]) => ({ name, time: signed.get(key) }));
  const met = new Set(["none", ...cosigned.map((one) => one.name)]);
  for (const [name, { needed, named }] of trust.groups) if (named.filter((one) => met.has(one)).length >= needed) met.add(name);
  if (!met.has(trust.quorum)) reject("too few of your witnesses signed the checkpoint", "检查点的见证签名不足");
  return { origin, size, root, keys: own.map((key) => key.id), unchecked, cosigned, quorum: trust.quorum !== "none" };
}

async function timeSigned(key, signature, body) {
  let [time, message] = [0n, body];
  let rest = signature;
  if (key.kind === 4) {
    time = signature.slice(0, 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    message = `cosignature/v1\ntime ${time}\n${body}`;
    rest = signature.slice(8);
  }
  if (time > FOREVER || !(await ed25519(key.bytes, rest, utf8(message)))) {
    reject(`the signature of the checkpoint by ${key.name} is false`, `${key.name} 对检查点的签名不真实`);
  }
  return time;
}

function climb(leaf, index, size, path) {
  if (index >= size) reject(`there is no leaf ${index} in a log of ${size}`, `大小为 ${size} 的日志没有位置 ${index}`);
  let [place, last, hashed] = [index, size - 1n, leaf];
  for (const sibling of path) {
    if (sibling.length !== 32) reject("a hash of the path does not have 32 bytes", "路径中的哈希值不是 32 字节");
    if (last === 0n) reject("the path is too long for that place and size", "路径长于该位置与大小所需");
    if (place & 1n || place === last) {
      hashed = sha256(joined([1], sibling, hashed));
      for (; !(place & 1n); place >>= 1n, last >>= 1n);
    } else hashed = sha256(joined([1], hashed, sibling));
    [place, last] = [place >> 1n, last >> 1n];
  }
  if (last) reject("the path is too short for that place and size", "路径短于该位置与大小所需");
  return hashed;
}

/* The statement of a receipt's extra data, its kind, and the entry that follows from them. */
function entryOf(data) {
  if (!data) reject("the proof holds no statement: check it with the command line", "凭证不含陈述：请用命令行核验");
  const bad = () => reject("the extra line does not hold salt, statement, type and v in canonical JSON", "extra 行内容不符");
  let extra;
  try {
    extra = parseJson(textOf(data), PLAIN_JSON);
  } catch {
    bad();
  }
  if (!(extra instanceof Map) || canonical(extra) !== textOf(data) || [...extra.keys()].sort().join() !== "salt,statement,type,v") bad();
  const [salt, statement, kind] = ["salt", "statement", "type"].map((name) => extra.get(name));
  const formed = /^[0-9a-f]{64}$/.test(salt) && /^[a-z][a-z0-9.]{0,63}$/.test(kind) && statement instanceof Map;
  if (extra.get("v") !== 1 || typeof salt !== "string" || typeof kind !== "string" || !formed) bad();
  const secret = Uint8Array.from(salt.match(/../g), (pair) => parseInt(pair, 16));
  const digest = hex(sha256(joined(secret, utf8(canonical(statement)))));
  return { statement, kind, entry: utf8(`{"digest":"${digest}","type":"${kind}","v":1}`) };
}

/* What a receipt proves; Rejected where it does not hold. */
async function verifyReceipt(data, trust) {
  const text = textOf(data);
  if (text.startsWith("\ufeff")) reject("it begins with a byte order mark", "以字节顺序标记（BOM）开头");
  if (CONTROL.test(text)) reject("it holds control characters, as of CRLF line ends", "含有控制字符（如 CRLF 换行）");
  const cut = text.indexOf("\n\n");
  if (cut < 0) reject("the receipt has no checkpoint: it was cut short", "凭证缺少检查点，内容不完整");
  const lines = text.slice(0, cut).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") reject("not a receipt: its first line is another", "该文件不是凭证：首行不符");
  const extra = lines[0]?.startsWith("extra ") ? base64(lines.shift().slice(6), "the extra line", "extra 行") : null;
  if (!lines[0]?.startsWith("index ")) reject("the receipt lacks its `index` line", "凭证缺少 index 行");
  const index = number(lines.shift().slice(6), "the index", "位置");
  if (lines.length > 63) reject("the path has more than 63 hashes", "路径超过 63 个哈希值");
  const path = lines.map((line) => base64(line, "a hash of the path", "路径中的哈希值"));
  const { statement, kind, entry } = entryOf(extra);
  const head = await openCheckpoint(text.slice(cut + 2), trust);
  if (!same(climb(sha256(joined([0], entry)), index, head.size, path), head.root)) {
    reject(
      "the statement is not in the signed log: statement, salt, place or path was altered, or it is of another log",
      "该陈述不在已签名的日志中：陈述、盐值、位置或路径被改动，或属于另一日志",
    );
  }
  return { ...head, statement, kind, index };
}
