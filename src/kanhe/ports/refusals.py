"""Why something that was asked for is not done: a code, its HTTP status, what it says in English and Chinese, what to do next.

API and console say the same sentences. Codes are stable. The gate's reason codes stand in `law/reasons.yaml`.
"""

from typing import NamedTuple


class Says(NamedTuple):
    """One reason."""

    status: int
    en: str
    zh: str
    next_en: str
    next_zh: str


REASONS: dict[str, Says] = {
    # --- the request ---
    "json.malformed": Says(400, "the body is no JSON", "请求体不是有效的 JSON", "mend it at the place named", "请按所指位置修正"),
    "body.invalid": Says(400, "a field has a wrong type or value", "字段的类型或取值有误", "mend the field named", "请修正所指字段"),
    "field.unknown": Says(400, "a field is not known", "存在未知字段", "remove it, or look for its name in /openapi.json", "请删除该字段，或在 /openapi.json 中核对名称"),
    "query.invalid": Says(400, "a query parameter is unknown or wrong", "查询参数未知或有误", "mend the parameter named", "请修正所指参数"),
    "idempotency.key-invalid": Says(400, "the Idempotency-Key is empty, too long or not ASCII", "Idempotency-Key 为空、过长或含非 ASCII 字符", "use 1 to 255 printable ASCII characters", "请使用 1 至 255 个可打印 ASCII 字符"),
    "idempotency.other-body": Says(409, "this Idempotency-Key was used with another body", "该 Idempotency-Key 已用于另一请求体", "use a new key for a new request", "新请求请使用新的键"),
    "body.too-large": Says(413, "the body is too large", "请求体过大", "send less at once", "请分批发送"),
    "media.unsupported": Says(415, "the body is not application/json", "请求体不是 application/json", "send JSON with its content type", "请以 JSON 及相应的 Content-Type 发送"),
    "batch.empty": Says(422, "the batch has no message", "批中没有短信", "put 1 to 1,000 messages in", "请放入 1 至 1000 条短信"),
    "batch.too-many": Says(422, "the batch has too many messages", "批中短信过多", "at most 1,000 a request", "每次请求至多 1000 条"),
    # --- who asks ---
    "auth.missing": Says(401, "no API key was given", "未提供 API 密钥", "send `Authorization: Bearer kanhe_live_...`", "请发送 `Authorization: Bearer kanhe_live_...`"),
    "auth.unknown": Says(401, "this API key is not known", "API 密钥无效", "check the key, or ask the operator for a new one (`kanhe key`)", "请核对密钥，或向运营方索取新密钥（`kanhe key`）"),
    "auth.network": Says(403, "this API key may not be used from your address", "该 API 密钥不允许从当前地址使用", "add the network to the key, or come from one that is listed", "请将该网段加入密钥，或从已列网段访问"),
    "auth.user-needed": Says(403, "this takes the key of a user with the right role", "此操作须使用具有相应角色的用户密钥", "make one: `kanhe key --user NAME`, or on the console's page of users", "请以 `kanhe key --user NAME` 或在控制台的用户页新建"),
    "account.unusable": Says(403, "the account is suspended or closed", "账户已暂停或关闭", "ask the operator", "请联系运营方"),
    "rate.exceeded": Says(429, "this API key sends faster than agreed", "该 API 密钥的发送速率超出约定", "wait as Retry-After says", "请按 Retry-After 等待后重试"),
    "intake.full": Says(429, "we are full for a moment", "系统暂时繁忙", "wait as Retry-After says and send again", "请按 Retry-After 等待后重试"),
    # --- what is asked for ---
    "path.unknown": Says(404, "there is nothing at this address", "该地址不存在", "see /openapi.json", "请查阅 /openapi.json"),
    "method.unknown": Says(405, "this address does not take this method", "该地址不支持此方法", "see /openapi.json", "请查阅 /openapi.json"),
    "message.unknown": Says(404, "there is no such message in this account", "本账户中没有该短信", "check the id", "请核对短信编号"),
    "suppression.unknown": Says(404, "there is no such suppression in this account", "本账户中没有该禁发记录", "list the number's suppressions", "请先查询该号码的禁发记录"),
    "suppression.of-recipient": Says(409, "the recipient refused; only the recipient can return", "接收人已退订，只有本人可以恢复", "the recipient may write START", "接收人可回复 START 恢复"),
    "consent.unknown": Says(404, "there is no such consent in this account", "本账户中没有该同意记录", "list the number's consents", "请先查询该号码的同意记录"),
    "consent.ended": Says(409, "the consent has ended", "该同意已终止", "only a new consent by the person helps", "须由本人重新同意"),
    "consent.document-unknown": Says(404, "there is no such document", "没有该证明材料", "hand it in at /v1/consents/documents, and name it by its digest", "请先在 /v1/consents/documents 提交，再以摘要引用"),
    "link.unknown": Says(404, "there is no such page", "该页面不存在", "use the whole address of the message", "请使用短信中的完整地址"),
    "link.nothing-asked": Says(409, "nobody asked for your consent", "没有待您同意的请求", "there is nothing to do", "无需操作"),
    "import.refused": Says(422, "the file cannot be read as a whole", "文件无法整体读取", "mend what the detail names", "请按 detail 所述修正"),
    "paper.unknown": Says(404, "there is no such paper in this account", "本账户中没有该文书", "list the papers of this kind", "请先查询该类文书"),
    "paper.exists": Says(409, "this paper is on file already", "该文书已存在", "file a new version of it", "请提交该文书的新版本"),
    "paper.other": Says(409, "this is another paper, not a new version", "这是另一份文书，不是新版本", "file it as a paper of its own", "请作为单独的文书提交"),
    "paper.stand": Says(409, "the paper stands where this cannot be done", "文书当前状态不允许此操作", "look at its state and history", "请查看其状态与历史"),
    "paper.of-operator": Says(409, "the paper stands in a sheet of the operator", "该文书由运营方登记", "ask the operator", "请联系运营方"),
    "paper.over": Says(422, "the paper is over", "文书已过有效期", "file one that is in force", "请提交有效期内的文书"),
    "paper.not-begun": Says(422, "the paper is not in force yet", "文书尚未生效", "file it on the day it begins", "请在其生效之日提交"),
    "paper.decision-unknown": Says(422, "there is no such decision", "没有该项决定", "see the list of decisions", "请核对可作出的决定"),
    "port.bound": Says(409, "the port belongs to another account", "该端口号已归属其他账户", "a port is of one account only: use another", "一个端口号只能归属一个账户：请另选端口号"),
    "qualification.missing": Says(422, "the entity has no approved qualification", "该主体没有已通过审核的资质", "file its qualification first", "请先提交该主体的资质"),
    "agreement.published": Says(409, "this version is published already", "该版本已发布", "publish it under another number", "请使用其他版本号"),
    "agreement.unpublished": Says(422, "the operator has not published this version", "运营方未发布该协议版本", "accept a published version", "请接受已发布的版本"),
    "document.unknown": Says(404, "there is no such document in this paper", "该文书中没有此材料", "list its documents", "请先查询材料列表"),
    "document.role-unknown": Says(422, "the paper has no document of this role", "该文书没有此类材料", "see `role` in the detail", "请核对 `role` 的取值"),
    "document.type-unknown": Says(415, "the document is none that a reviewer can read", "材料格式无法识别", "send PDF, PNG, JPEG or OFD", "请提交 PDF、PNG、JPEG 或 OFD"),
    "document.too-many": Says(409, "the version has as many documents as it may", "该版本的材料数量已达上限", "file a new version", "请提交新版本"),
    "review.closed": Says(404, "there is no such open item in the review queue", "审核队列中没有该待办项", "list the queue: it was decided, or ended by itself", "请查询队列：该项已有决定，或已自行结束"),
    "review.claimed-by-another": Says(409, "another reviewer has it in hand", "另一位审核人正在处理", "take another item, or wait a quarter of an hour", "请处理其他项，或等待一刻钟"),
    "review.second-person-needed": Says(409, "you have released it already; a second person must agree", "您已放行，须由另一人复核同意", "ask a colleague to look at it", "请由同事复核"),
    "review.reason-missing": Says(422, "a decision needs a reason", "作出决定须说明理由", "write a sentence: sender and auditor read it", "请写明理由：发送者与审计人员都会看到"),
    "review.reason-too-long": Says(422, "the reason is too long", "理由过长", "use at most 500 characters", "请控制在 500 字以内"),
    "review.not-lifted-by-a-look": Says(409, "no look at the text ends what holds these messages: a paper, a register or a moment does", "这些短信并非因内容待审：须待文书、名册或时刻具备", "put in order what the findings name; the messages are judged again by themselves when they are taken up", "请先办妥认定所列事项；届时将重新裁定"),
    "review.label-unknown": Says(422, "this is no category of the taxonomy", "分类体系中没有该类别", "choose one of the list", "请从列表中选择"),
    "announcement.unknown": Says(404, "there is no such announcement", "没有该通告", "list the announcements", "请先查询通告列表"),
    "announcement.decided": Says(409, "the announcement stands where this cannot be done", "通告当前状态不允许此操作", "look at its history", "请查看其历史"),
    "announcement.second-person-needed": Says(409, "you have asked for it yourself; another person must confirm", "通告由您发起，须由另一人确认", "ask a colleague to look at it", "请由同事核对并确认"),
    "announcement.reason-missing": Says(422, "a reason is missing or too long", "缺少理由或理由过长", "write a sentence of at most 500 characters: auditors read it", "请写明理由，不超过 500 字：审计人员会看到"),
    "announcement.numbers": Says(422, "an announcement has 1 to 100,000 numbers", "通告须有 1 至 100,000 个号码", "mend the list, or ask for several announcements", "请修正名单，或分成数份通告"),
    "authority.missing": Says(422, "no authority is on file by whose power this may go today", "没有可据以发送的在案主管机关", "file the authority with its mandate, and have it approved", "请提交主管机关及其授权文件并经审核通过"),
    "report.not-to-be-had": Says(422, "there is no such report", "没有这样的报告", "name an account that is there, and at most 92 days up to a last day", "请指定已有账户，时段至多 92 天"),
    "complaint.unknown": Says(404, "there is no such complaint in this account", "本账户中没有该投诉", "list the complaints", "请先查询投诉列表"),
    "webhook.unknown": Says(404, "there is no such webhook in this account", "本账户中没有该 Webhook", "list the webhooks", "请先查询 Webhook 列表"),
    "webhook.exists": Says(409, "there is a webhook of this name", "同名 Webhook 已存在", "choose another name, or delete the old one", "请更换名称，或先删除原有的"),
    "webhook.off": Says(409, "the webhook is gone or switched off", "该 Webhook 已删除或停用", "switch it on first", "请先启用"),
    "webhook.too-many": Says(409, "the account has as many webhooks as it may", "账户的 Webhook 数量已达上限", "delete one first", "请先删除一个"),
    "webhook.url-invalid": Says(422, "this is no address a webhook can go to", "该地址不能用作 Webhook", "give an https address with a public host name", "请提供使用公网主机名的 https 地址"),
    "webhook.target-private": Says(422, "the address leads into a private network", "该地址指向私有网络", "give an address that is public", "请提供公网地址"),
    "delivery.unknown": Says(404, "there is no such dead letter in this account", "本账户中没有该死信", "list the dead letters", "请先查询死信列表"),
    "evidence.missing": Says(404, "this node keeps no ledger that can be asked", "本节点没有可查询的存证", "ask the operator", "请联系运营方"),
    "evidence.not-yet": Says(409, "the entry is not yet under a signed checkpoint", "存证条目尚未纳入已签名的检查点", "ask again in two seconds", "请两秒后重试"),
    "tile.unknown": Says(404, "the ledger has no such tile", "存证中没有该数据块", "fetch the checkpoint first", "请先获取检查点"),
    "cancel.too-late": Says(409, "the message is already on its way or settled", "短信已交付运营商或已有最终状态", "nothing: look at its state", "无需操作：请查看其状态"),
    # --- the message ---
    "number.invalid": Says(422, "this is no number with a country", "号码无效或缺少国家代码", "write it like +8613800138000", "请写成 +8613800138000 的形式"),
    "text.empty": Says(422, "the text is empty", "短信内容为空", "give `text` or `template`", "请提供 `text` 或 `template`"),
    "text.too-long": Says(422, "the text is too long", "短信内容过长", "shorten it", "请缩短内容"),
    "text.too-many-segments": Says(422, "the text needs too many segments", "短信分段过多", "shorten it to ten segments", "请缩短至十个分段以内"),
    "text.unpaired-surrogate": Says(422, "the text holds half a character", "短信内容含不完整字符", "send whole characters", "请发送完整字符"),
    "text.and-template": Says(422, "both `text` and `template` were given", "同时提供了 `text` 与 `template`", "give one of them", "请只提供其中之一"),
    "template.unknown": Says(422, "there is no such template", "模板不存在", "check its name", "请核对模板名称"),
    "template.unknown-variable": Says(422, "the template has no such variable", "模板没有该变量", "check the names in `params`", "请核对 `params` 中的名称"),
    "template.variable-invalid": Says(422, "a value does not fit the kind or length of its variable", "变量取值不符合其类型或长度", "send what the template was approved for", "请按模板审核通过的类型与长度提供"),
    "template.variable-missing": Says(422, "a variable of the template has no value", "模板变量缺少取值", "give it in `params`", "请在 `params` 中提供"),
    "sender.unknown": Says(422, "there is no such sender in this account", "本账户中没有该发送方", "check its name", "请核对发送方名称"),
    "sender.missing": Says(422, "no sender was named and the key has none", "未指定发送方，且密钥没有默认发送方", "give `sender`", "请提供 `sender`"),
    "sender.unfit": Says(422, "the sender id does not fit the address field of its route", "接入码不符合所走路由的地址字段", "use a sender whose id fits, as the detail says", "请按详情所示，改用符合要求的接入码"),
    "schedule.too-far": Says(422, "`at` lies too far ahead", "`at` 超出可预约的时间范围", "schedule within 31 days", "请预约 31 天以内的时间"),
    "validity.out-of-range": Says(422, "the validity is out of range", "有效期超出范围", "give 1 to 604800 seconds", "请提供 1 至 604800 秒"),
    "money.insufficient": Says(402, "the balance does not cover this message", "余额不足", "top up the account", "请充值"),
    "gate.refused": Says(422, "the law or the terms do not let this message go", "依照法律或协议，该短信不得发送", "read the findings: each names its provision", "请阅读各项认定：每项均注明依据"),
    # --- us ---
    "answer.late": Says(503, "we do not know yet what became of the request", "暂时无法确认请求的结果", "ask again under the same Idempotency-Key", "请以相同的 Idempotency-Key 重试"),
    "store.unavailable": Says(503, "nothing can be written at the moment", "暂时无法写入", "try again later", "请稍后重试"),
    "server.broken": Says(500, "we made a mistake", "服务器内部错误", "try again; it has been logged", "请重试；错误已记录"),
}  # fmt: skip
