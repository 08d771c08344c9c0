"""Writes the pages of this folder that say again what the code says: `python docs/reference/generate.py`.

`tests/house/test_docs.py` fails when a page and the code have parted.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml
from typer.main import get_command

from kanhe.cli.main import app
from kanhe.law.words import LAW_FOLDER
from kanhe.settings import ENVIRONMENT_PREFIX, Settings

HERE = Path(__file__).parent

# --- cli.md --------------------------------------------------------------------------------------------------------------------

CLI_HEAD = """# Commands

Made from the commands themselves; do not edit. `kanhe COMMAND --help` says the same. With `--json` a command prints one object on
stdout and nothing else. Exit codes: 0 done, 1 refused or failed, 2 usage.

本页由命令自身生成，请勿手工编辑；`kanhe COMMAND --help` 内容相同。加 `--json` 时标准输出只有一个 JSON 对象。退出码：0 完成，1 被拒绝或失败，2 用法有误。

`apply`, `key`, `doctor`, `backup`, `erase` and `ledger bundle` speak to the running platform over the socket in its data folder; `send`, `check`
and `explain` over its HTTP API, as any customer would.
"""


def cli() -> str:
    """Every command with its arguments and options."""
    return "\n".join([CLI_HEAD, *(_command(path, command) for path, command in commands())])


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that can be typed, by its whole path: (`kanhe ledger verify`, command)."""
    yield from _below("kanhe", get_command(app))


def _below(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, each in command.commands.items():
        yield from _below(f"{path} {name}", each)


def _command(path: str, command: Any) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    usage = " ".join([path, "[OPTIONS]", *map(_argument, arguments)])
    rows = [_option(each) for each in command.params if each.param_type_name == "option"]
    rows += [f"| `{_argument(each)}` | | {each.help} |" for each in arguments if each.help]
    table = ["", "| option | default | meaning |", "|---|---|---|", *rows] if rows else []
    return "\n".join([f"## {path}", "", command.help, "", "```text", usage, "```", *table, ""])


def _argument(argument: Any) -> str:
    name = argument.name.upper() + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _option(option: Any) -> str:
    opts = ", ".join(f"`{each}`" for each in option.opts)
    given = "required" if option.required else "" if option.default in (None, False, "") else f"`{option.default}`"
    environment = f" (environment: `{option.envvar}`)" if option.envvar else ""
    return f"| {opts} | {given} | {option.help or ''}{'; may be repeated' if option.multiple else ''}{environment} |"


# --- settings.md ---------------------------------------------------------------------------------------------------------------

SETTINGS_HEAD = """# Settings / 设置

One TOML file (`kanhe serve --config kanhe.toml`), every key overridable from the environment. Nothing has to be set: `kanhe serve`
alone listens on loopback and keeps its data in `kanhe-data`. A key that is not in this table is an error that names it.

一个 TOML 文件（`kanhe serve --config kanhe.toml`），每个键都可用环境变量覆盖。全部有默认值：直接运行 `kanhe serve` 即在本机监听，数据存于 `kanhe-data`。出现表中没有的键时报错并指明该键。

Papers (accounts, senders, connectors, routes) are not settings: they are documents in the store, put in force with
`kanhe apply`. / 账户、发送方、通道、路由等文书不是设置：它们是库中的文档，用 `kanhe apply` 生效。

| key | default | environment | meaning | 含义 |
|---|---|---|---|---|
"""

MEANINGS: Mapping[str, tuple[str, str]] = {
    "platform.node": (
        "0 to 1023, unique per process of one platform: it stands in every id and in the ledger's origin",
        "0 至 1023，同一平台的每个进程各不相同；写入每个编号及存证来源",
    ),
    "platform.origin": (
        "a name of your own that the ledger's checkpoints carry for ever; set it before the first message",
        "贵方自有名称，将永久写入存证检查点；请在发送第一条短信前设定",
    ),
    "platform.data": (
        "folder of the database, the keys and the operator's socket",
        "数据库、密钥及运营方套接字所在目录",
    ),
    "http.host": ("where API and console listen", "API 与控制台的监听地址"),
    "http.port": ("their port; 0: any that is free", "其端口；0 表示任一空闲端口"),
    "http.enabled": (
        "off: no API, no console, no webhooks, no operator's socket",
        "关闭后没有 API、控制台、Webhook 及运营方套接字",
    ),
    "smpp.host": ("where the SMPP door listens", "SMPP 入口的监听地址"),
    "smpp.port": ("its port; 0: any that is free", "其端口；0 表示任一空闲端口"),
    "smpp.enabled": ("off: no SMPP door", "关闭后没有 SMPP 入口"),
    "smpp.system_id": ("what the door calls itself in bind responses", "在 bind 应答中使用的 system_id"),
    "smpp.sessions_max": (
        "sessions of the whole door; one more login is refused. A credential has a limit of its own",
        "整个入口的会话数上限，超出的登录被拒绝；凭据另有各自的上限",
    ),
    "smpp.tls_port": ("where the door listens under TLS, once there is a certificate", "配置证书后 TLS 入口的端口"),
    "smpp.tls_certificate": (
        "certificate of the door, a PEM file; empty: no TLS",
        "入口证书（PEM 文件）；为空则不启用 TLS",
    ),
    "smpp.tls_key": (
        "its key, a PEM file; empty: it stands in the certificate's file",
        "其私钥（PEM 文件）；为空表示与证书同在一个文件",
    ),
    "smpp.tls_client_ca": (
        "authorities (PEM) one of which must have signed the customer's certificate; empty: none is asked for",
        "客户证书须由其中之一签发的机构（PEM）；为空则不要求客户证书",
    ),
    "cmpp.host": ("where the CMPP door listens", "CMPP 入口的监听地址"),
    "cmpp.port": ("its port; 0: any that is free", "其端口；0 表示任一空闲端口"),
    "cmpp.enabled": ("on: the CMPP door is open", "开启后有 CMPP 入口"),
    "cmpp.sessions_max": ("sessions of the whole door, as for SMPP", "整个入口的会话数上限，同 SMPP"),
    "cmpp.skew_s_max": (
        "how many seconds a login's timestamp may lie from our clock, so that a recorded login is no use; 0: any",
        "登录时间戳与本机时钟相差的最大秒数，以防重放登录；0 表示不限",
    ),
    "sgip.host": ("where the SGIP door listens", "SGIP 入口的监听地址"),
    "sgip.port": ("its port; 0: any that is free", "其端口；0 表示任一空闲端口"),
    "sgip.enabled": ("on: the SGIP door is open", "开启后有 SGIP 入口"),
    "sgip.sessions_max": ("sessions of the whole door, as for SMPP", "整个入口的会话数上限，同 SMPP"),
    "sgip.node": ("our node number in the sequences of reports", "状态报告序列号中的本方节点编号"),
    "smgp.host": ("where the SMGP door listens", "SMGP 入口的监听地址"),
    "smgp.port": ("its port; 0: any that is free", "其端口；0 表示任一空闲端口"),
    "smgp.enabled": ("on: the SMGP door is open", "开启后有 SMGP 入口"),
    "smgp.sessions_max": ("sessions of the whole door, as for SMPP", "整个入口的会话数上限，同 SMPP"),
    "smgp.skew_s_max": (
        "how many seconds a login's timestamp may lie from our clock, so that a recorded login is no use; 0: any",
        "登录时间戳与本机时钟相差的最大秒数，以防重放登录；0 表示不限",
    ),
    "webhooks.allow_hosts": (
        "private targets that are allowed all the same, `host` or `host:port`; in the environment separated by commas",
        "仍允许投递的私有目标，写作 `host` 或 `host:port`；环境变量中以逗号分隔",
    ),
    "intake.limit": (
        "messages that may wait for their first commit; beyond it doors answer that we are full",
        "可等待首次落盘的短信数；超出后各入口答复繁忙",
    ),
    "retention.messages_days": (
        "after how many days messages that have their end are deleted, when idle; 0: never. Never earlier than the longest minimum of the rule packs in force",
        "已有终态的短信在多少天后于空闲时删除；0 表示不删。不会早于现行规则包中最长的保存下限",
    ),
    "retention.backups_days": (
        "how long backups are kept: for so long erasures stay on record, so that a restore can repeat them",
        "备份保存的天数：在此期间擦除记录予以保留，以便恢复后重新擦除",
    ),
    "moderation.sample_one_in": (
        "of the distinct texts that pass, one in so many is put before reviewers, so that misses are seen; 0: none",
        "通过审核的不同文本中，每多少条抽一条交人工复核，以便发现漏判；0 表示不抽样",
    ),
    "opinions.service": (
        "who else is asked about texts that passed or are held for a look: `aliyun`, `tencent`, `classifier` (a model of your own); empty: nobody; digits are masked",
        "对已通过或待审的文本另征求谁的意见：`aliyun`、`tencent`、`classifier`（自有模型）；空：不征求。数字先行遮盖",
    ),
    "opinions.url": ("the vendor's address", "服务商地址"),
    "opinions.region": ("the region that Tencent wants named", "腾讯云要求的地域"),
    "opinions.key_id": ("AccessKeyId or SecretId", "AccessKeyId 或 SecretId"),
    "opinions.key_secret": (
        "its secret; better in KANHE_OPINIONS_KEY_SECRET than in the file",
        "对应密钥；宜用环境变量 KANHE_OPINIONS_KEY_SECRET，不写入文件",
    ),
    "opinions.classifier": (
        "`module:function` that makes a model of your own: an object with `classify(texts)`, such as one around an ONNX session",
        "构造自有模型的 `模块:函数`：对象须有 `classify(texts)`，例如封装 ONNX 会话",
    ),
    "opinions.review_from": (
        "the chance from which the classifier's word puts a text before people",
        "自有模型给出的概率达到此值时交人工复核",
    ),
    "opinions.one_in": (
        "one in so many distinct texts that passed is asked about",
        "每多少条已通过的不同文本征求一次意见",
    ),
    "moderation.shadow_one_in": (
        "one in so many distinct texts is judged also by the model tried in the shadow of the one in force; 0: none",
        "每多少条不同文本中，有一条同时由影子模型判断；0 表示不用",
    ),
}


def settings() -> str:
    """Every key with its default and its name in the environment. A key without a meaning here is a `KeyError`."""
    return SETTINGS_HEAD + "".join(
        f"| `{key}` | {_toml(default)} | `{ENVIRONMENT_PREFIX}{key.replace('.', '_').upper()}` | {en} | {zh} |\n"
        for key, default, (en, zh) in ((key, default, MEANINGS[key]) for key, default in settings_keys())
    )


def settings_keys() -> Iterator[tuple[str, object]]:
    """(`section.key`, default) of every setting."""
    for section, content in msgspec.structs.asdict(Settings()).items():
        for key, default in msgspec.structs.asdict(content).items():
            yield f"{section}.{key}", default


def _toml(value: object) -> str:
    return "none" if value is None else f"`{msgspec.json.encode(value).decode()}`"


# --- reasons.md ----------------------------------------------------------------------------------------------------------------

REASONS_HEAD = """# Reasons / 原因

Every reason the gate can give, made from `src/kanhe/law/reasons.yaml`. A code is stable: it stands in verdicts, in the API and in
the ledger, and never gets another meaning. `{...}` is filled in with the fact at hand. Reasons of requests that became no message
(bad JSON, unknown key, no balance) stand in the [HTTP API](http-api.md).

闸口可能给出的全部原因，由 `src/kanhe/law/reasons.yaml` 生成。代码稳定不变：它出现在裁定、API 与存证中，含义永不更改。`{...}` 处填入具体事实。未成为短信的请求（JSON 有误、密钥未知、余额不足等）的原因见 [HTTP API](http-api.zh.md)。

## Why each stage asks / 各关口为何查问

| stage | why | 原因 |
|---|---|---|
"""


def reasons() -> str:
    """Every code in both languages."""
    said = yaml.safe_load((LAW_FOLDER / "reasons.yaml").read_text("utf-8"))
    whys = "".join(f"| `{stage}` | {why['en']} | {why['zh']} |\n" for stage, why in said["why"].items())
    codes = "".join(
        f"| `{code}` | {_said(each['en'])} | {_said(each['zh'])} |\n" for code, each in said["reasons"].items()
    )
    return f"{REASONS_HEAD}{whys}\n## Codes / 代码\n\n| code | what, and what to do next | 是什么，下一步 |\n|---|---|---|\n{codes}"


def _said(sentences: Mapping[str, str]) -> str:
    """What, and in italics' place an arrow to what comes next: no italics in Chinese."""
    return sentences["what"] + (f" → {sentences['next']}" if sentences.get("next") else "")


PAGES: Mapping[str, Callable[[], str]] = {"cli.md": cli, "settings.md": settings, "reasons.md": reasons}


if __name__ == "__main__":
    for name, made in PAGES.items():
        (HERE / name).write_text(made(), "utf-8")
