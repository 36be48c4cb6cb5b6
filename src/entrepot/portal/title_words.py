"""The words of titles - their pages and the names of their fields - in English and Chinese together."""

from entrepot.kernel.text import Text

_FIELDS_ZH = """
street 街道地址|city 城市|contact 联系方式|shipper_owned 货主自有箱|shipper 托运人|notify 通知方|order_of 指示人|law 适用法律
receipt_place 收货地|delivery_place 交货地|vessel 船名|departs_on 预计开航日|arrives_on 预计抵港日|on_board 装船日|booking 订舱号
carrier_code 承运人代码|carrier_list 承运人代码表|stored_at 存放地点|terms 条款|trade 所属贸易档案|replaces_paper 所替代纸质单证
content 正文摘要|type 类型|cryptosuite 签名套件|created 签名时间|verification_method 验证密钥|proof_purpose 签名用途|proof_value 签名值
action 流转动作|at 时间|previous 上一步摘要|to_key 接收方密钥|onward 可再背书|parent 原凭证|parent_step 分割步骤摘要|step 步骤
act 法律名称|ground 法律依据类型|holder 持有人|holder_key 持有人密钥|issuer_key 签发人密钥|endorsee 被背书人|endorsements 背书记录
head 最新步骤摘要|back 交回人|back_key 交回人密钥
"""
FIELDS: dict[str, Text] = {
    name: Text(name.replace("_", " "), zh)
    for name, _, zh in (entry.partition(" ") for line in _FIELDS_ZH.split("\n") for entry in line.split("|") if entry)
}
WORDS: dict[str, Text] = {}
