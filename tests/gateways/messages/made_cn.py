"""Messages of the single window, made up: invented firms, plausible codes."""

from entrepot.gateways.messages.cn.fields import NAMESPACE


def wrapped(body: str, root: str = "DecMessage") -> bytes:
    """A message with this content."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}" Version="4.8">{body}</{root}>'.encode()


EXPORT_HEAD = (
    "<DecHead><IEFlag>E</IEFlag><AgentCode>4205980XYZ</AgentCode><AgentName>宜昌示例报关有限公司</AgentName>"
    "<BillNo>YICSHA260401</BillNo><ContrNo>EX-2026-017</ContrNo><CustomMaster>4705</CustomMaster><CutMode>101</CutMode>"
    "<DistinatePort>JPN501</DistinatePort><FeeCurr>USD</FeeCurr><FeeMark>3</FeeMark><FeeRate>1500</FeeRate>"
    "<GrossWet>24500</GrossWet><IEPort>2248</IEPort><InsurMark>1</InsurMark><InsurRate>0.3</InsurRate>"
    "<NetWt>24000</NetWt><NoteS>袋装 &lt;25 kg&gt;</NoteS><OwnerCode>4205910001</OwnerCode>"
    "<OwnerName>湖北示例磷化有限公司</OwnerName><PackNo>960</PackNo><TradeCode>4205910001</TradeCode>"
    "<TradeCountry>JPN</TradeCountry><TradeMode>0110</TradeMode><TradeName>湖北示例磷化有限公司</TradeName>"
    "<TrafMode>2</TrafMode><TrafName>OCEAN EXAMPLE</TrafName><TransMode>1</TransMode><WrapType>06</WrapType>"
    "<EntryId/><EdiId>1</EdiId><EntryType>M</EntryType><PDate>20260401</PDate>"
    "<TypistNo>9999000000001</TypistNo><OwnerCodeScc>91420500MA49XY123X</OwnerCodeScc>"
    "<TradeCoScc>91420500MA49XY123X</TradeCoScc><PromiseItmes>010</PromiseItmes><TradeAreaCode>JPN</TradeAreaCode>"
    "<MarkNo>N/M</MarkNo><EntyPortCode>420501</EntyPortCode><GoodsPlace>宜昌云池港</GoodsPlace>"
    "<OverseasConsigneeCode>JP1234567890123</OverseasConsigneeCode>"
    "<OverseasConsigneeEname>EXAMPLE TRADING KK</OverseasConsigneeEname></DecHead>"
)
LINE_ONE = (
    "<DecList><CodeTS>2809201900</CodeTS><DeclPrice>0.515</DeclPrice><DutyMode>1</DutyMode>"
    "<GModel>0|0|工业用|H3PO4 85%|无品牌</GModel><GName>磷酸</GName><GNo>1</GNo><OriginCountry>JPN</OriginCountry>"
    "<TradeCurr>USD</TradeCurr><DeclTotal>6180.00</DeclTotal><GQty>12000</GQty><FirstQty>12000</FirstQty>"
    "<GUnit>035</GUnit><FirstUnit>035</FirstUnit><DestinationCountry>CHN</DestinationCountry><CiqCode>101</CiqCode>"
    "<GoodsAttr>12,19</GoodsAttr><Uncode>1805</Uncode><NoDangFlag>0</NoDangFlag><DestCode>420500</DestCode>"
    "<DistrictCode>42059</DistrictCode></DecList>"
)
LINE_TWO = (
    "<DecList><CodeTS>3105300000</CodeTS><DeclPrice>0.5</DeclPrice><DutyMode>1</DutyMode><GModel>0|0|粒状</GModel>"
    "<GName>磷酸氢二铵</GName><GNo>2</GNo><OriginCountry>JPN</OriginCountry><TradeCurr>USD</TradeCurr>"
    "<DeclTotal>6000.00</DeclTotal><GQty>12000</GQty><FirstQty>12000</FirstQty><GUnit>035</GUnit>"
    "<FirstUnit>035</FirstUnit><DestinationCountry>CHN</DestinationCountry><DestCode>420500</DestCode>"
    "<DistrictCode>42059</DistrictCode></DecList>"
)
EXPORT = wrapped(
    EXPORT_HEAD
    + f"<DecLists>{LINE_ONE}{LINE_TWO}</DecLists>"
    + "<DecContainers><Container><ContainerId>CSQU3054383</ContainerId><ContainerMd>21</ContainerMd><GoodsNo>1,2</GoodsNo>"
    "<LclFlag>0</LclFlag><GoodsContaWt>24500</GoodsContaWt></Container></DecContainers>"
    "<DecLicenseDocus><LicenseDocu><DocuCode>B</DocuCode><CertCode>126000000000012345</CertCode></LicenseDocu>"
    "</DecLicenseDocus><DecFreeTxt><VoyNo>2604W</VoyNo></DecFreeTxt>"
    "<DecSign><OperType>G</OperType><ClientSeqNo>202604010000000001</ClientSeqNo></DecSign>"
)
IMPORT = wrapped(
    "<DecHead><IEFlag>I</IEFlag><CustomMaster>4705</CustomMaster><DistinatePort>KOR003</DistinatePort>"
    "<IEDate>20260410</IEDate><IEPort>4705</IEPort><TradeCountry>JPN</TradeCountry><TradeMode>0110</TradeMode>"
    "<TradeName>湖北示例化工有限公司</TradeName><TransMode>3</TransMode><PromiseItmes>00011</PromiseItmes>"
    "<DespPortCode>JPN501</DespPortCode><DespDate>20260403</DespDate>"
    "<OverseasConsignorCname>示例商事株式会社</OverseasConsignorCname>"
    "<OverseasConsignorEname>EXAMPLE SHOJI KK</OverseasConsignorEname>"
    "<OverseasConsignorAddr>1-1 Example, Osaka</OverseasConsignorAddr>"
    "<DomesticConsigneeEname>HUBEI EXAMPLE CHEMICAL CO LTD</DomesticConsigneeEname></DecHead>"
    "<DecLists><DecList><CodeTS>3824999999</CodeTS><GName>SAMPLE RESIN</GName><GNo>1</GNo><OriginCountry>JPN</OriginCountry>"
    "<DestinationCountry>CHN</DestinationCountry><TradeCurr>JPY</TradeCurr><DeclTotal>120000</DeclTotal><GQty>40</GQty>"
    "<GUnit>035</GUnit></DecList></DecLists>"
    "<DecLicenseDocus><LicenseDocu><DocuCode>Y</DocuCode><CertCode>&lt;22&gt;C2026000123</CertCode></LicenseDocu>"
    "</DecLicenseDocus><EcoRelation><CertType>Y22</CertType><EcoCertNo>C2026000123</EcoCertNo><DecGNo>1</DecGNo>"
    "<EcoGNo>1</EcoGNo></EcoRelation>"
)
EXAMPLES = {"export": EXPORT, "import": IMPORT}
