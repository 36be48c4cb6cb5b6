// The verifying page: takes what is dropped or pasted, and shows what is proven and what is not.
"use strict";

const page = (id) => document.getElementById(id);
const RESULTS = { holds: ["\u2713 holds", "\u2713 成立"], fails: ["\u2717 fails", "\u2717 不成立"], "not checked": ["? not checked", "? 未核验"] };
const LARGEST = 4 << 20; // bytes of a file
let given = []; // the files dropped: {name, data}; data is null where it is too large

function element(kind, className = "", ...inside) {
  const made = document.createElement(kind);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

/* A text in both languages, of which the page shows one. */
function both(en, zh) {
  const texts = [element("span", "", en), element("span", "", zh)];
  texts[0].lang = "en";
  texts[1].lang = "zh-Hans";
  const made = document.createDocumentFragment();
  made.append(...texts);
  return made;
}

/* Text in which whatever could turn the direction of writing or hide is spelled out. */
const shown = (text) => text.replace(/[\p{C}\u2028\u2029]/gu, (one) => (one === "\n" ? one : `\\u{${one.codePointAt(0).toString(16)}}`));

const second = (time) => (time < 2n ** 37n ? new Date(Number(time) * 1000).toISOString().replace("T", " ").replace(".000Z", " UTC") : String(time));

async function receiptResult(data, trust) {
  if (!trust.logs.length) reject("give the key of the log above: none is trusted by itself", "请在上方提供日志密钥：不会自动信任任何密钥");
  const proof = await verifyReceipt(data, trust);
  const witnesses = proof.cosigned.map((one) => `${one.name} (${second(one.time)})`).join("; ");
  const proven = [
    [`The log ${proof.origin} holds this statement (${proof.kind}) as its entry ${proof.index}, counted from 0, word for word.`,
      `日志 ${proof.origin} 的第 ${proof.index} 号条目（从 0 起）就是下列陈述（类型 ${proof.kind}），一字不差。`],
    [`The holder of the key given (${proof.keys.join(", ")}) signed that log with ${proof.size} entries, root ${hex(proof.root)}.`,
      `所给密钥（${proof.keys.join("，")}）的持有人签署了含 ${proof.size} 个条目的日志，根哈希值 ${hex(proof.root)}。`],
  ];
  if (witnesses) proven.push([`Witnesses signed the same log${proof.quorum ? ", as many as you ask for" : ""}: ${witnesses}.`, `见证方签署了同一日志${proof.quorum ? "，达到所要求的数目" : ""}：${witnesses}。`]);
  const open = [
    ["That what the statement says is true, or was not replaced or withdrawn by a later one.", "陈述内容属实，或其后未被更正、撤回。"],
    ["Who made it and when: names and times in it are what the log's operator recorded.", "由谁、何时作出：其中的姓名与时间均为日志运营方的记录。"],
  ];
  if (!proof.quorum) open.push(["That the operator shows everybody the same log: no witnesses were asked for.", "运营方向所有人出示同一份日志：未要求见证。"]);
  if (proof.unchecked.length) open.push([`Signatures whose keys were not given: ${proof.unchecked.join(", ")}.`, `未提供密钥、未经核验的签名：${proof.unchecked.join("，")}。`]);
  open.push(["That the keys are really those of operator and witnesses: that depends on where you got them.", "密钥确属运营方与见证方：这取决于您从何处取得密钥。"]);
  return { accepted: true, proven, open, says: proof.statement };
}

async function credentialResult(data, lists, now) {
  const verdict = await verifyCredential(data, lists, now);
  return { ...verdict, open: verdict.accepted ? [["That what it says is true: its issuer answers for that.", "所述内容属实：由签发方负责。"]] : [] };
}

async function noteResult(data, trust) {
  if (!trust.logs.length) reject("give the key of the log above: none is trusted by itself", "请在上方提供日志密钥：不会自动信任任何密钥");
  const text = textOf(data);
  if (CONTROL.test(text)) reject("it holds control characters, as of CRLF line ends", "含有控制字符（如 CRLF 换行）");
  const head = await openCheckpoint(text, trust);
  return { accepted: true, proven: [[`The log ${head.origin} was signed with ${head.size} entries, root ${hex(head.root)}.`, `日志 ${head.origin} 已签署：${head.size} 条，根哈希值 ${hex(head.root)}。`]], open: [] };
}

/* What became of one document. */
async function resultOf(data, trustText, lists = [], now = Date.now()) {
  try {
    if (!data) reject("it is larger than 4 MB", "文件超过 4 MB");
    const start = new TextDecoder().decode(data.slice(0, 64)).trimStart();
    if (start.startsWith("{")) return await credentialResult(data, lists, now);
    const trust = await trustOf(trustText);
    if (start.startsWith("c2sp.org/tlog-proof")) return await receiptResult(data, trust);
    if (new TextDecoder().decode(data).includes("\n— ")) return await noteResult(data, trust);
    return reject("neither a receipt, nor a checkpoint, nor a credential in JSON", "不是凭证、检查点或 JSON 凭证");
  } catch (error) {
    if (error instanceof Rejected) return { accepted: false, en: error.en, zh: error.zh };
    throw error;
  }
}

function told(name, result) {
  const unproven = result.accepted && result.checks?.some((check) => check.name[0] === "issuer" && check.result !== "holds");
  const made = element("article", unproven ? "open" : result.accepted ? "good" : "bad");
  const title = unproven ? ["Signed, issuer not proven", "签名成立，签发方未经证实"] : result.accepted ? ["Holds", "成立"] : ["Rejected", "不予采信"];
  made.append(element("h3", "", both(...title), element("small", "", shown(name))));
  if (result.en) made.append(element("p", "", both(shown(result.en), shown(result.zh))));
  const list = (title, texts) => {
    if (!texts?.length) return;
    made.append(element("h4", "", both(...title)), element("ul", "", ...texts.map(([en, zh]) => element("li", "", both(shown(en), shown(zh))))));
  };
  if (result.checks) {
    const rows = result.checks.map((check) =>
      element("tr", check.result.replace(" ", "-"), element("th", "", both(...check.name)), element("td", "", both(...RESULTS[check.result])), element("td", "", both(shown(check.en), shown(check.zh)))),
    );
    made.append(element("p", "issuer", both("Issuer: ", "签发方："), shown(result.issuer || "–")), element("table", "", element("tbody", "", ...rows)));
  }
  list(["Proven", "已证明"], result.proven);
  list(["Not proven", "未证明"], result.open);
  if (result.accepted && result.says) made.append(element("h4", "", both("What it says", "所述内容")), element("pre", "", shown(pretty(result.says))));
  return made;
}

async function check() {
  const pasted = page("document").value;
  const all = [...given, ...(pasted.trim() ? [{ name: "", data: utf8(pasted) }] : [])];
  const lists = [];
  for (const { data } of all) {
    try {
      const value = parseJson(textOf(data, 4 << 20));
      if (listed(member(value, "type")).includes("BitstringStatusListCredential")) lists.push(value);
    } catch {
      // not a status list, then
    }
  }
  const results = page("results");
  results.replaceChildren();
  for (const { name, data } of all) results.append(told(name, await resultOf(data, page("trust").value, lists)));
  if (!all.length) results.append(element("p", "", both("Nothing was given yet.", "尚未提供文件。")));
  results.scrollIntoView({ block: "nearest" });
}

async function take(files) {
  for (const file of files) {
    given.push({ name: file.name, data: file.size > LARGEST ? null : new Uint8Array(await file.arrayBuffer()) });
  }
  page("files").replaceChildren(...given.map((one) => element("li", "", shown(one.name))));
  await check();
}

function speak(language) {
  document.documentElement.lang = language;
  document.title = language === "en" ? "Verify a document" : "核验文件";
}

page("check").addEventListener("click", check);
page("language").addEventListener("click", () => speak(document.documentElement.lang === "en" ? "zh-Hans" : "en"));
page("clear").addEventListener("click", () => {
  given = [];
  page("files").replaceChildren();
  page("document").value = "";
  page("results").replaceChildren();
});
page("chosen").addEventListener("change", (event) => take(event.target.files));
page("keyfile").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (file?.size > LARGEST) page("results").replaceChildren(told(file.name, await resultOf(null)));
  else if (file) page("trust").value = await file.text();
});
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    if (kind === "drop") take(event.dataTransfer.files);
  });
}
// The portal serves it in the language that its reader chose; on its own it takes the browser's.
if ("chosen" in document.documentElement.dataset) speak(document.documentElement.lang);
else speak(navigator.language.toLowerCase().startsWith("zh") ? "zh-Hans" : "en");
