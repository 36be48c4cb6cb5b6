// Verifiable credentials 2.0 signed with eddsa-jcs-2022 under did:key, by the rules of entrepot_verify/credential.py.
"use strict";

const CREDENTIALS = "https://www.w3.org/ns/credentials/v2";
const CLOCKS_APART = 300_000; // milliseconds
const LIST_LEAST = 16_384; // bytes of a status list
const LIST_MOST = 1 << 24;
const listed = (value) => (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]);
const member = (value, name) => (value instanceof Map ? value.get(name) : undefined);
// Members that name somebody or something, and letters that pass for others (after Unicode TR 36 and 39).
const NAMING = new Set(
  ("id @id type @type @context issuer holder controller verificationMethod cryptosuite proofPurpose " +
    "statusListCredential statusPurpose previousProof registeredId").split(" "),
);
const ALIKE = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Coptic", "Lisu"].map((script) => new RegExp(`\\p{Script=${script}}`, "u"));
const LOOKS_PLAIN = new Set("аеорсухіјѕһԁԛԝѵӏАВЕЅІЈКМНОРСТХҮԌԚԜοαινρυχγωκτΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳհոսցօզքԼՕՍ");

function momentOf(text) {
  const found = typeof text === "string" && /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const day = found ? Date.parse(`${found[1]}T00:00:00Z`) : NaN;
  // A day that does not exist is taken for one of the next month; 24:00 is not written here.
  const real = !Number.isNaN(day) && new Date(day).toISOString().startsWith(found[1]) && found[2] < "24";
  const moment = real ? Date.parse(`${found[1]}T${found[2]}${found[3]}`) : NaN;
  return Number.isNaN(moment) ? reject("a date in it is no date and time with its zone", "日期不是带时区的日期时间") : moment;
}

function proofsOf(document) {
  const proofs = listed(document.get("proof"));
  const names = proofs.filter((one) => one instanceof Map && one.has("id")).map((one) => one.get("id"));
  if (proofs.length > 16 || !proofs.every((one) => one instanceof Map)) reject("its proofs are not objects, or too many", "证明不是对象，或数量过多");
  if (!names.every((name) => typeof name === "string") || new Set(names).size < names.length) reject("two of its proofs bear one id", "证明的 id 重复");
  return proofs;
}

/* The issuer's identifier, once the members that every credential has are there. */
function formOf(document) {
  const types = listed(document.get("type"));
  const told = document.get("issuer");
  const issuer = told instanceof Map ? told.get("id") : told;
  const subjects = listed(document.get("credentialSubject"));
  if (listed(document.get("@context"))[0] !== CREDENTIALS) reject(`its first context is not ${CREDENTIALS}`, "首个 @context 不是可验证凭证 2.0");
  if (!types.includes("VerifiableCredential") || !types.every((one) => typeof one === "string")) reject("its type is not VerifiableCredential", "类型不是 VerifiableCredential");
  if (typeof issuer !== "string" || !/^[a-z][a-z0-9+.-]*:\S+$/.test(issuer)) reject("it names no issuer", "未指明签发方");
  if (!subjects.length || !subjects.every((one) => one instanceof Map && one.size)) reject("it says nothing of a subject", "缺少 credentialSubject");
  proofsOf(document);
  return issuer;
}

function faultOf(text, names) {
  if (/[\u202a-\u202e\u2066-\u2069]/.test(text)) return ["turns the direction of the text", "改变文字方向"];
  if (!names || /^[ -~]*$/.test(text)) return null;
  const bare = text.replace(/[（）]/gu, ""); // full-width brackets stand in the names of Chinese firms
  if (bare.normalize("NFKC") !== bare || /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}]/u.test(text) || text.startsWith("did:")) {
    return ["holds hidden letters, or some not in their normal form", "含有不可见或非规范字符"];
  }
  const words = text.match(/\p{L}+/gu) ?? [];
  if (words.some((word) => ALIKE.filter((script) => script.test(word)).length > 1)) {
    return ["mixes letters of two scripts in one word", "同一词中混用两种文字的字母"];
  }
  const plain = words.length && [...words.join("")].every((letter) => letter < "\x80" || LOOKS_PLAIN.has(letter));
  return plain ? ["is written in letters that look like plain ones", "由形似拉丁字母的字符写成"] : null;
}

/* Rejected for letters that turn the direction of writing, and in names for hidden ones and those that pass for others. */
function checkSpelling(value, place = "", names = false) {
  const fault = typeof value === "string" && faultOf(value, names || value.startsWith("did:"));
  if (fault) reject(`${place} ${fault[0]}`, `${place} ${fault[1]}`);
  if (Array.isArray(value)) value.forEach((item, at) => checkSpelling(item, `${place}/${at}`.slice(0, 80), names));
  if (!(value instanceof Map)) return;
  for (const [name, item] of value) {
    const at = `${place}/${name.slice(0, 80)}`.slice(0, 80);
    checkSpelling(name, at, true);
    checkSpelling(item, at, (NAMING.has(name) && !(item instanceof Map)) || ["/issuer/name", "/holder/name"].includes(at));
  }
}

/* The 64 bytes that a proof signs. */
function signingInput(document, proof) {
  const unsecured = new Map(document);
  unsecured.delete("proof");
  if (proof.has("previousProof")) {
    const byId = new Map(proofsOf(document).filter((one) => one.has("id")).map((one) => [one.get("id"), one]));
    const named = listed(proof.get("previousProof"));
    if (!named.length || !named.every((one) => byId.has(one) && one !== proof.get("id"))) reject("the proof before this one is missing", "缺少其前的证明");
    unsecured.set("proof", named.map((one) => byId.get(one)));
  }
  if (proof.has("@context")) {
    const [own, signed] = [listed(unsecured.get("@context")), listed(proof.get("@context"))];
    if (canonical(own.slice(0, signed.length)) !== canonical(signed)) reject("its contexts do not begin with those signed", "@context 不以已签署的内容开头");
    unsecured.set("@context", proof.get("@context"));
  }
  const config = new Map(proof);
  config.delete("proofValue");
  return joined(sha256(utf8(canonical(config))), sha256(utf8(canonical(unsecured))));
}

function publicKeyOf(method) {
  const [did, fragment = ""] = method.split("#");
  const data = did === `did:key:${fragment}` && fragment.startsWith("z") ? fromBase58(fragment.slice(1)) : [];
  if (data.length !== 34 || data[0] !== 0xed || data[1] !== 1 || isWeak(data.slice(2))) {
    reject("the proof does not name an Ed25519 key as did:key:z6Mk…#z6Mk…", "证明未以 did:key 指明 Ed25519 密钥");
  }
  return data.slice(2);
}

async function proofChecked(document, proof, now) {
  const suite = proof.get("cryptosuite");
  if (proof.get("type") !== "DataIntegrityProof" || suite !== "eddsa-jcs-2022") {
    return ["not checked", `signed in another way: ${suite ?? proof.get("type")}`, `以其他方式签署：${suite ?? proof.get("type")}`];
  }
  if (proof.get("proofPurpose") !== "assertionMethod") reject("the proof was made for another purpose", "证明的用途不符");
  if (proof.has("created") && momentOf(proof.get("created")) > now + CLOCKS_APART) reject("the proof is dated after today", "证明的日期晚于今日");
  if (proof.has("expires") && momentOf(proof.get("expires")) <= now) reject("the proof has expired", "证明已过期");
  const [method, value] = [proof.get("verificationMethod"), proof.get("proofValue")];
  if (typeof method === "string" && !method.startsWith("did:key:")) {
    return ["not checked", "its key is not in its name (did:key)", "密钥不是 did:key，离线无法取得"];
  }
  const key = publicKeyOf(String(method));
  const signature = typeof value === "string" && value.startsWith("z") ? fromBase58(value.slice(1)) : new Uint8Array();
  if (!(await ed25519(key, signature, signingInput(document, proof)))) {
    reject("the signature is false: the credential was altered", "签名不真实：凭证被改动");
  }
  return ["holds", `signed with ${method}`, `由 ${method} 签署`];
}

function datesChecked(document, now) {
  const [first, last] = ["validFrom", "validUntil"].map((name) => (document.has(name) ? momentOf(document.get(name)) : null));
  if (first !== null && last !== null && last < first) reject("it ends before it begins", "有效期的终止早于起始");
  if (first !== null && now < first) reject(`it is valid only from ${document.get("validFrom")}`, `自 ${document.get("validFrom")} 起才有效`);
  if (last !== null && now > last) reject(`it expired on ${document.get("validUntil")}`, `已于 ${document.get("validUntil")} 失效`);
  const day = new Date(now).toISOString().slice(0, 10);
  return ["holds", `valid on ${day}`, `${day} 有效`];
}

async function statusChecked(document, lists, now) {
  const entries = listed(document.get("credentialStatus"));
  if (!entries.length) return ["not checked", "it names no status list: nobody can revoke it", "未设状态列表，不可撤销"];
  let stranger = "";
  for (const entry of entries) {
    if (member(entry, "type") !== "BitstringStatusListEntry") return ["not checked", "its status is of another kind", "状态为其他类型"];
    const [index, where, purpose] = ["statusListIndex", "statusListCredential", "statusPurpose"].map((name) => entry.get(name));
    if (!/^(?:0|[1-9][0-9]{0,9})$/.test(index) || typeof index !== "string" || typeof where !== "string") reject("its entry of a status list is malformed", "状态条目格式不符");
    if (!["revocation", "suspension"].includes(purpose) || (entry.get("statusSize") ?? 1) !== 1) return ["not checked", "its status tells of something else", "状态用途为其他类型"];
    const list = lists.findLast((one) => one.get("id") === where);
    if (!list) return ["not checked", `the status list was not given: ${where}`, `未提供状态列表：${where}`];
    const [bits, by] = await bitsOf(list, purpose, now);
    if (Number(index) >= 8 * bits.length) reject("its place is not in the status list", "状态列表中没有该位置");
    if ((bits[Math.floor(index / 8)] >> (7 - (index % 8))) & 1) {
      reject(...(purpose === "revocation" ? ["it is revoked", "已被撤销"] : ["it is suspended", "已被中止"]));
    }
    if (by !== formOf(document)) stranger = by; // bad news from anybody counts, good news only from the issuer
  }
  if (stranger) return ["not checked", `not set, says a list by ${stranger}: find out whose key that is`, `${stranger} 的列表称未置位：请核实该密钥归属`];
  return ["holds", "not set in the list given", "在所给列表中未被撤销或中止"];
}

/* The bits of a status list and who issued it, once it holds by itself. */
async function bitsOf(list, purpose, now) {
  const verdict = await verifyParsed(list, [], now);
  const own = verdict.checks.some((check) => check.name[0] === "issuer" && check.result === "holds");
  if (!verdict.accepted || !own) reject("the status list does not hold, or is not signed by its issuer", "状态列表无效，或并非其签发方签署");
  const subject = listed(list.get("credentialSubject"))[0];
  const encoded = String(subject.get("encodedList"));
  if (subject.get("type") !== "BitstringStatusList" || !listed(subject.get("statusPurpose")).includes(purpose)) reject("the status list is for another purpose", "状态列表用途不符");
  const packed = encoded.startsWith("u") ? fromBase64url(encoded.slice(1)) : null;
  const bits = packed && (await unpacked(packed));
  if (!bits || bits.length < LIST_LEAST || bits.length > LIST_MOST) reject("the status list is too short, too long or cut short", "状态列表过短、过长或不完整");
  return [bits, verdict.issuer];
}

/* What gzip packed, as far as it may be long; null where it is not gzip. */
async function unpacked(packed) {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done && length <= LIST_MOST; part = await reader.read()) {
      parts.push(part.value);
      length += part.value.length;
    }
  } catch {
    return null;
  }
  return joined(...parts);
}

/* All checks of a credential: {accepted, issuer, checks: [{name, result, en, zh}], says}. */
async function verifyCredential(data, lists = [], now = Date.now()) {
  try {
    const document = parseJson(textOf(data, 4 << 20));
    if (!(document instanceof Map)) reject("it is no JSON object", "不是 JSON 对象");
    return await verifyParsed(document, lists, now);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { accepted: false, issuer: "", checks: [{ name: ["form", "格式"], result: "fails", en: error.en, zh: error.zh }] };
  }
}

async function verifyParsed(document, lists, now) {
  const checks = [];
  const look = async (name, check) => {
    try {
      const [result, en, zh] = await check();
      checks.push({ name, result, en, zh });
      return result;
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      checks.push({ name, result: "fails", en: error.en, zh: error.zh });
      return "fails";
    }
  };
  const issuer = formOf(document);
  checkSpelling(document);
  await look(["form", "格式"], () => ["holds", "a verifiable credential 2.0", "可验证凭证 2.0"]);
  const keys = new Set();
  const results = [];
  for (const [at, proof] of proofsOf(document).entries()) {
    results.push(await look([`signature ${at + 1}`, `签名 ${at + 1}`], () => proofChecked(document, proof, now)));
    if (results.at(-1) === "holds") keys.add(proof.get("verificationMethod").split("#")[0]);
  }
  if (!results.length) await look(["signature", "签名"], () => reject("nobody signed it", "无人签署"));
  await look(["issuer", "签发方"], () => {
    if (keys.has(issuer)) return ["holds", "signed by the issuer's own key", "由签发方自己的密钥签署"];
    if (issuer.startsWith("did:key:") && !results.includes("not checked")) reject("the issuer's own key did not sign it", "签发方自己的密钥未签署");
    return ["not checked", `whether ${issuer} has that key cannot be told offline`, "离线无法核实签发方是否持有该密钥"];
  });
  await look(["validity", "有效期"], () => datesChecked(document, now));
  await look(["status", "状态"], () => statusChecked(document, lists, now));
  const accepted = results.includes("holds") && checks.every((check) => check.result !== "fails");
  return { accepted, issuer, checks, says: document.get("credentialSubject") };
}
