"""The words of the page of the log, in English and Chinese together."""

from entrepot.kernel.text import Text

WORDS: dict[str, Text] = {
    "log": Text("Log", "存证日志"),
    "verify": Text("Verify", "核验"),
    "log_about": Text(
        "Every statement made on this platform is one entry here, as a salted digest: the entry tells nothing of what was said. "
        "The operator signs the whole; nothing can be changed or removed afterwards without contradicting that signature.",
        "本平台的每一项陈述在此均有一条加盐摘要，摘要不透露任何内容。运营方对整份日志签名，事后任何更改或删除都会与签名相矛盾。",
    ),
    "log_age": Text("signed", "签署时间"),
    "log_authorities": Text("Timestamps", "时间戳"),
    "log_authorities_none": Text(
        "No authority of time has stamped this log yet: when it was signed is so far the operator's word alone.",
        "尚无时间戳机构为本日志加盖时间戳：签署时间目前仅由运营方声明。",
    ),
    "log_authority": Text("authority", "时间戳机构"),
    "log_checkpoint": Text("latest checkpoint", "最新检查点"),
    "log_compromised": Text("stolen or lost: alone it counts up to", "已泄露或遗失：单独签名仅有效至"),
    "log_consistency": Text(
        "Keep each checkpoint that you see. From the tiles you can prove that a later one is its continuation.",
        "请保存您看到的每个检查点，可用数据块证明后来的检查点是其延续。",
    ),
    "log_days": Text("{:,} days ago", "{:,} 天前"),
    "log_ended": Text("ended at", "终止于"),
    "log_entries": Text("entries", "条目数"),
    "log_entry_tile": Text("first entries", "首批条目"),
    "log_growth": Text("Growth", "增长"),
    "log_growth_told": Text("{} with {:,} entries to {} with {:,}", "{}（{:,} 条）至 {}（{:,} 条）"),
    "log_hash_tile": Text("first hashes", "首批哈希值"),
    "log_hours": Text("{:,} hours ago", "{:,} 小时前"),
    "log_key": Text("key", "密钥"),
    "log_keys": Text("Keys", "密钥"),
    "log_keys_document": Text("all keys, with every signed change", "全部密钥及经签名的变更"),
    "log_minutes": Text("{:,} minutes ago", "{:,} 分钟前"),
    "log_origin": Text("name of the log", "日志名称"),
    "log_root": Text("root hash", "根哈希值"),
    "log_seconds": Text("{:,} seconds ago", "{:,} 秒前"),
    "log_since": Text("since", "起始"),
    "log_valid": Text("valid", "有效"),
    "log_verify": Text("Verify it yourself", "自行核验"),
    "log_verify_follow": Text(
        "To follow the whole log: its entries and hashes are static files as C2SP tlog-tiles defines them, under",
        "如需跟踪整份日志：条目与哈希值均为 C2SP tlog-tiles 规定的静态文件，地址为",
    ),
    "log_verify_receipt": Text(
        "To check a receipt you need neither this platform nor a network: run",
        "核验凭证无需本平台，也无需联网，运行",
    ),
    "log_verify_trust": Text(
        "Take the key from where you trust it, not from whoever handed you the receipt.",
        "请从您信任的来源取得密钥，而不要从出示凭证的人处取得。",
    ),
    "log_waiting": Text("entries not placed yet", "条尚未进入日志"),
    "log_witness": Text("witness", "见证方"),
    "log_signed_count": Text("checkpoints", "检查点数"),
    "log_signed_last": Text("last signed", "最近签署"),
    "log_witnesses": Text("Witnesses", "见证方"),
    "log_witnesses_none": Text(
        "No witness has cosigned this log yet: that everybody is shown the same log is so far the operator's word alone.",
        "尚无见证方共同签署：目前仅有运营方保证所有人看到的是同一份日志。",
    ),
    "log_empty": Text("Nothing was signed yet.", "尚未签署任何检查点。"),
}
