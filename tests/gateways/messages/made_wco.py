"""A small declaration and responses of our own in the WCO Data Model; the firms are invented."""

DECLARATION_SPACE = "urn:wco:datamodel:WCO:DEC-DMS:2"
_META = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
_TYPES = "urn:wco:datamodel:WCO:Declaration_DS:DMS:2"


def wco(body: str) -> bytes:
    """A declaration's content in its wrapper."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><md:MetaData xmlns:md="{_META}">'
        f"<md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode>"
        f'<Declaration xmlns="{DECLARATION_SPACE}" xmlns:d="{_TYPES}">{body}</Declaration></md:MetaData>'
    ).encode()


def response(function: str, body: str, number: str = "26GB0000000000001", own: str = "REF-1") -> bytes:
    """A response of customs as it comes, without namespaces."""
    return (
        f"<MetaData><WCOTypeName>RES</WCOTypeName><Response><FunctionCode>{function}</FunctionCode>"
        f"<FunctionalReferenceID>answer-{function}</FunctionalReferenceID>"
        '<IssueDateTime><DateTimeString formatCode="304">20260620101112Z</DateTimeString></IssueDateTime>'
        f"{body}<Declaration><FunctionalReferenceID>{own}</FunctionalReferenceID><ID>{number}</ID>"
        "<VersionID>1</VersionID></Declaration></Response></MetaData>"
    ).encode()


ITEM = """
<GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric>
 <StatisticalValueAmount currencyID="GBP">900.00</StatisticalValueAmount>
 <AdditionalDocument><CategoryCode>C</CategoryCode><ID>LIC-7</ID><TypeCode>644</TypeCode></AdditionalDocument>
 <AdditionalDocument><CategoryCode>N</CategoryCode><ID>INV-9</ID><TypeCode>935</TypeCode></AdditionalDocument>
 <Commodity><Description>Phosphoric acid</Description>
  <Classification><ID>28092000</ID><IdentificationTypeCode>TSP</IdentificationTypeCode></Classification>
  <Classification><ID>19</ID><IdentificationTypeCode>TRC</IdentificationTypeCode></Classification>
  <DangerousGoods><UNDGID>1805</UNDGID></DangerousGoods>
  <DutyTaxFee><DutyRegimeCode>100</DutyRegimeCode></DutyTaxFee>
  <GoodsMeasure><GrossMassMeasure>24480</GrossMassMeasure><NetNetWeightMeasure>24000.50</NetNetWeightMeasure>
   <TariffQuantity unitCode="KGM">24000</TariffQuantity></GoodsMeasure>
  <InvoiceLine><ItemChargeAmount currencyID="USD">12360.00</ItemChargeAmount></InvoiceLine>
  <TransportEquipment><SequenceNumeric>1</SequenceNumeric><ID>CSQU3054383</ID></TransportEquipment>
 </Commodity>
 <Destination><CountryCode>JP</CountryCode></Destination>
 <GovernmentProcedure><CurrentCode>10</CurrentCode><PreviousCode>40</PreviousCode></GovernmentProcedure>
 <GovernmentProcedure><CurrentCode>C07</CurrentCode></GovernmentProcedure>
 <Origin><CountryCode>CN</CountryCode><TypeCode>1</TypeCode></Origin>
 <Packaging><SequenceNumeric>1</SequenceNumeric><MarksNumbersID>YC 1-20</MarksNumbersID>
  <QuantityQuantity>20</QuantityQuantity><TypeCode>CN</TypeCode></Packaging>
</GovernmentAgencyGoodsItem>"""
EXPORT = (
    """<AcceptanceDateTime><d:DateTimeString formatCode="304">20260618080000+01</d:DateTimeString></AcceptanceDateTime>
<FunctionCode>9</FunctionCode><FunctionalReferenceID>REF-1</FunctionalReferenceID><TypeCode>EXD</TypeCode>
<GoodsItemQuantity>1</GoodsItemQuantity><DeclarationOfficeID>GB000060</DeclarationOfficeID>
<InvoiceAmount currencyID="USD">12360.00</InvoiceAmount><TotalGrossMassMeasure>24480</TotalGrossMassMeasure>
<TotalPackageQuantity>20</TotalPackageQuantity>
<AdditionalInformation><StatementCode>royalty</StatementCode><StatementDescription>N</StatementDescription></AdditionalInformation>
<Agent><ID>GB111</ID><FunctionCode>2</FunctionCode></Agent>
<AuthorisationHolder><ID>GB222</ID><CategoryCode>CGU</CategoryCode></AuthorisationHolder>
<BorderTransportMeans><ID>EVER WIDE</ID><RegistrationNationalityCode>PA</RegistrationNationalityCode><ModeCode>1</ModeCode>
</BorderTransportMeans>
<Consignment><Itinerary><SequenceNumeric>1</SequenceNumeric><RoutingCountryCode>KR</RoutingCountryCode></Itinerary></Consignment>
<Declarant><ID>GB111</ID></Declarant><ExitOffice><ID>GB000040</ID></ExitOffice>
<Exporter><Name>Humber Acids Ltd</Name><Address><CityName>Hull</CityName><CountryCode>GB</CountryCode><Line>1 Dock Road</Line>
<PostcodeID>HU1 1AA</PostcodeID></Address></Exporter>
<GoodsShipment><Consignee><Name>Osaka Chemicals K.K.</Name><Address><CountryCode>JP</CountryCode></Address></Consignee>
<Consignment><ContainerCode>1</ContainerCode>
<GoodsLocation><Name>HULHULHUL</Name><TypeCode>A</TypeCode><Address><TypeCode>U</TypeCode><CountryCode>GB</CountryCode></Address>
</GoodsLocation><LoadingLocation><ID>GBHUL</ID></LoadingLocation>
<TransportEquipment><SequenceNumeric>1</SequenceNumeric><ID>CSQU3054383</ID><Seal><SequenceNumeric>1</SequenceNumeric><ID>S-1</ID>
</Seal></TransportEquipment></Consignment>
<CustomsValuation><FreightChargeAmount currencyID="USD">800.00</FreightChargeAmount></CustomsValuation>
<Destination><CountryCode>JP</CountryCode></Destination><ExportCountry><ID>GB</ID></ExportCountry>"""
    + ITEM
    + """<PreviousDocument><CategoryCode>Z</CategoryCode><ID>6GB111-REF1</ID><TypeCode>DCR</TypeCode></PreviousDocument>
<PreviousDocument><CategoryCode>Z</CategoryCode><ID>BL-77</ID><TypeCode>705</TypeCode></PreviousDocument>
<TradeTerms><ConditionCode>CIF</ConditionCode><LocationID>JPOSA</LocationID></TradeTerms>
<UCR><TraderAssignedReferenceID>CONTRACT-5</TraderAssignedReferenceID></UCR></GoodsShipment>"""
)
CANCELLATION = """<FunctionCode>13</FunctionCode><FunctionalReferenceID>REF-2</FunctionalReferenceID><ID>26GB0000000000001</ID>
<TypeCode>INV</TypeCode><Submitter><ID>GB111</ID></Submitter>
<AdditionalInformation><StatementDescription>Sold in the home market</StatementDescription><StatementTypeCode>AES</StatementTypeCode>
</AdditionalInformation><Amendment><ChangeReasonCode>1</ChangeReasonCode></Amendment>"""
