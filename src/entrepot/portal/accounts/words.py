"""The words of accounts: signing in, organisations, people, tokens."""

from entrepot.kernel.text import Text

WORDS: dict[str, Text] = {
    "my_account": Text("My account", "我的账户"),
    "my_organisations": Text("My organisations", "我的单位"),
    "second_factor": Text("Second factor and passkeys", "双重验证与通行密钥"),
}
