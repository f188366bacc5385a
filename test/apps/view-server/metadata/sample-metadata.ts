/** What differs in metadata of a test. */
export interface SampleFields {
  readonly identifier?: string;
  readonly type?: string;
  readonly level?: string;
  readonly begin?: string;
  readonly end?: string;
  /** Latitude and longitude, one after the other. */
  readonly positions?: string;
  readonly cloudCover?: string;
}

const VIENNA_POSITIONS = '48 16 48 17 49 17 49 16 48 16';

/** Metadata of the EO profile of Observations & Measurements. */
export function earthObservationXml({
  identifier = 'DS_PHR1A_201806101000',
  type = 'PHR_FUS__3',
  level = 'Level_3',
  begin = '2018-06-10T10:00:00Z',
  end = '2018-06-10T10:00:10.250Z',
  positions = VIENNA_POSITIONS,
  cloudCover = '12.5',
}: SampleFields = {}): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<opt:EarthObservation xmlns:opt="http://www.opengis.net/opt/2.1" xmlns:eop="http://www.opengis.net/eop/2.1"
    xmlns:om="http://www.opengis.net/om/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" gml:id="a">
  <om:phenomenonTime><gml:TimePeriod gml:id="b">
    <gml:beginPosition>${begin}</gml:beginPosition><gml:endPosition>${end}</gml:endPosition>
  </gml:TimePeriod></om:phenomenonTime>
  <om:resultTime><gml:TimeInstant gml:id="c"><gml:timePosition>2019-01-01T00:00:00Z</gml:timePosition></gml:TimeInstant></om:resultTime>
  <om:procedure><eop:EarthObservationEquipment gml:id="d">
    <eop:platform><eop:Platform><eop:shortName>PHR</eop:shortName><eop:serialIdentifier>1A</eop:serialIdentifier></eop:Platform></eop:platform>
    <eop:instrument><eop:Instrument><eop:shortName>HiRI</eop:shortName></eop:Instrument></eop:instrument>
    <eop:sensor><eop:Sensor><eop:sensorType>OPTICAL</eop:sensorType><eop:resolution uom="m">2</eop:resolution></eop:Sensor></eop:sensor>
    <eop:acquisitionParameters><eop:Acquisition><eop:orbitNumber>321</eop:orbitNumber></eop:Acquisition></eop:acquisitionParameters>
  </eop:EarthObservationEquipment></om:procedure>
  <om:featureOfInterest><eop:Footprint gml:id="e"><eop:multiExtentOf><gml:MultiSurface gml:id="f" srsName="EPSG:4326">
    <gml:surfaceMember><gml:Polygon gml:id="g"><gml:exterior><gml:LinearRing>
      <gml:posList>${positions}</gml:posList>
    </gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>
  </gml:MultiSurface></eop:multiExtentOf></eop:Footprint></om:featureOfInterest>
  <om:result><opt:EarthObservationResult gml:id="h">
    <opt:cloudCoverPercentage uom="%">${cloudCover}</opt:cloudCoverPercentage>
  </opt:EarthObservationResult></om:result>
  <eop:metaDataProperty><eop:EarthObservationMetaData>
    <eop:identifier>${identifier}</eop:identifier><eop:parentIdentifier>PHR_FUS</eop:parentIdentifier>
    <eop:acquisitionType>NOMINAL</eop:acquisitionType><eop:productType>${type}</eop:productType>
    <eop:processing><eop:ProcessingInformation><eop:processingLevel>${level}</eop:processingLevel></eop:ProcessingInformation></eop:processing>
  </eop:EarthObservationMetaData></eop:metaDataProperty>
</opt:EarthObservation>`);
}

/** A report of the Ground Segment Component, with metadata of an older version of the profile. */
export function gscXml({
  identifier = 'DS_SPOT_1',
  positions = VIENNA_POSITIONS,
}: SampleFields = {}): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>
<gsc:report xmlns:gsc="http://earth.esa.int/gsc" xmlns:gml="http://www.opengis.net/gml" xmlns:eop="http://earth.esa.int/eop"
    xmlns:opt="http://earth.esa.int/opt">
  <gsc:responsibleOrgName>Betreiber</gsc:responsibleOrgName>
  <gsc:opt_metadata>
    <gml:metaDataProperty><gsc:EarthObservationMetaData>
      <eop:identifier>${identifier}</eop:identifier><eop:parentIdentifier>SPOT_Level_1</eop:parentIdentifier>
      <eop:productType>HRV_X__1A</eop:productType>
    </gsc:EarthObservationMetaData></gml:metaDataProperty>
    <gml:validTime><gml:TimePeriod>
      <gml:beginPosition>2006-08-16T09:09:29Z</gml:beginPosition><gml:endPosition>2006-08-16T09:12:46Z</gml:endPosition>
    </gml:TimePeriod></gml:validTime>
    <gml:using><eop:EarthObservationEquipment><eop:platform><eop:Platform><eop:shortName>SPOT</eop:shortName>
    </eop:Platform></eop:platform></eop:EarthObservationEquipment></gml:using>
    <gml:target><eop:Footprint><gml:multiExtentOf><gml:MultiSurface srsName="EPSG:4326"><gml:surfaceMembers><gml:Polygon>
      <gml:exterior><gml:LinearRing><gml:posList>${positions}</gml:posList></gml:LinearRing></gml:exterior>
    </gml:Polygon></gml:surfaceMembers></gml:MultiSurface></gml:multiExtentOf></eop:Footprint></gml:target>
    <gml:resultOf><opt:EarthObservationResult><opt:cloudCoverPercentage>0</opt:cloudCoverPercentage></opt:EarthObservationResult></gml:resultOf>
  </gsc:opt_metadata>
</gsc:report>`);
}

/** A report of one browse. */
export function browseReportXml(
  place = '<rep:rectifiedBrowse><rep:coordList>48 16 49 17</rep:coordList></rep:rectifiedBrowse>',
): Buffer {
  return Buffer.from(`<rep:browseReport xmlns:rep="http://ngeo.eo.esa.int/schema/browseReport" version="1.1">
  <rep:responsibleOrgName>ESA</rep:responsibleOrgName><rep:dateTime>2019-01-01T00:00:00Z</rep:dateTime>
  <rep:browseType>SAR</rep:browseType>
  <rep:browse>
    <rep:browseIdentifier>b_id_1</rep:browseIdentifier><rep:fileName>ASA_1.jpg</rep:fileName><rep:imageType>Jpeg</rep:imageType>
    <rep:referenceSystemIdentifier>EPSG:4326</rep:referenceSystemIdentifier>${place}
    <rep:startTime>2012-10-02T09:20:00Z</rep:startTime><rep:endTime>2012-10-02T09:20:10Z</rep:endTime>
  </rep:browse>
</rep:browseReport>`);
}
