"""An export checked, as the other documents from outside are: by the stand-alone verifier alone."""

from pathlib import Path

from entrepot.gateways.verdict import Verdict, fails, holds, not_checked
from entrepot.kernel.text import Text
from entrepot.portal.verifying import Trusting
from entrepot_verify.export import verify
from entrepot_verify.receipt import Rejected

_KIND = Text("export of everything held", "数据导出文件")
_SEAL = Text("seal and files", "封签与文件")
_PROVEN = Text("statements in the log", "陈述的日志证明")
_GROWN = Text("growth of the log", "日志只增不改")
_WANTED = Text("name the log's key with --key", "请以 --key 指定日志密钥")


def export_verdict(path: Path, trusting: Trusting) -> Verdict:
    """The verdict on a zip that claims to be an export."""
    if trusting.log is None:
        return Verdict(_KIND, (not_checked(_SEAL, _WANTED),))
    try:
        found = verify(path, trusting.log)
    except Rejected as error:
        return Verdict(_KIND, (fails(_SEAL, Text(error.en, error.zh)),))
    checks = [
        holds(_SEAL, Text(f"{found.files:,} files as they were sealed", f"{found.files:,} 个文件与封存时一致")),
        holds(
            _PROVEN,
            Text(
                f"{found.proven:,} of {found.statements:,} stand in the log",
                f"{found.statements:,} 条中 {found.proven:,} 条经证明",
            ),
        ),
    ]
    if found.grown_from:
        checks.append(
            holds(
                _GROWN, Text(f"from {found.grown_from:,} to {found.size:,}", f"{found.grown_from:,} 至 {found.size:,}")
            )
        )
    return Verdict(_KIND, tuple(checks), says={"sealed": list(found.about)})
