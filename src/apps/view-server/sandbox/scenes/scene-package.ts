import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { transformBetween } from '../../cog/projections.ts';
import { writeGeoTiff } from '../../services/wcs/geotiff-writer.ts';
import type { PaintedScene } from './paint-scene.ts';
import { PIXEL_METRES, type Scene, sizeOf } from './scene.ts';

/** Makes the package of a scene: a tar with its image and its metadata. */
export async function packScene(scene: Scene, painted: PaintedScene): Promise<Buffer> {
  const image = await writeGeoTiff({
    ...sizeOf(scene),
    bandCount: 3,
    samples: painted.samples,
    srs: scene.srs,
    transform: { a: PIXEL_METRES, b: 0, c: scene.box.minX, d: 0, e: -PIXEL_METRES, f: scene.box.maxY },
    nodata: 0,
  });
  const archive = pack();
  archive.entry({ name: `${scene.id}/${scene.id}.tif` }, image);
  archive.entry({ name: `${scene.id}/${scene.id}.xml` }, metadataOf(scene, painted));
  archive.finalize();
  return buffer(archive);
}

/** The corners of a scene in longitude and latitude, as a closed ring. */
export function ringOf({ srs, box }: Scene): readonly (readonly [longitude: number, latitude: number])[] {
  const toDegrees = transformBetween(srs, 'EPSG:4326');
  const corners: readonly (readonly [number, number])[] = [
    [box.minX, box.minY],
    [box.maxX, box.minY],
    [box.maxX, box.maxY],
    [box.minX, box.maxY],
    [box.minX, box.minY],
  ];
  return corners.map(([x, y]) => toDegrees(x, y) ?? [0, 0]);
}

/** Metadata of the Earth Observation profile. */
function metadataOf(scene: Scene, { cloudPercent }: PaintedScene): string {
  const { id, begins, ends } = scene;
  const positions = ringOf(scene)
    .map(([longitude, latitude]) => `${latitude.toFixed(6)} ${longitude.toFixed(6)}`)
    .join(' ');
  return `<?xml version="1.0" encoding="UTF-8"?>
<opt:EarthObservation gml:id="${id}" xmlns:opt="http://www.opengis.net/opt/2.1" xmlns:eop="http://www.opengis.net/eop/2.1"
    xmlns:om="http://www.opengis.net/om/2.0" xmlns:gml="http://www.opengis.net/gml/3.2">
  <om:phenomenonTime>
    <gml:TimePeriod gml:id="${id}_time">
      <gml:beginPosition>${begins}</gml:beginPosition>
      <gml:endPosition>${ends}</gml:endPosition>
    </gml:TimePeriod>
  </om:phenomenonTime>
  <om:procedure>
    <eop:EarthObservationEquipment gml:id="${id}_equipment">
      <eop:platform><eop:Platform><eop:shortName>Made-up</eop:shortName></eop:Platform></eop:platform>
      <eop:instrument><eop:Instrument><eop:shortName>Noise</eop:shortName></eop:Instrument></eop:instrument>
      <eop:sensor><eop:Sensor><eop:sensorType>OPTICAL</eop:sensorType><eop:resolution uom="m">${PIXEL_METRES}</eop:resolution></eop:Sensor></eop:sensor>
    </eop:EarthObservationEquipment>
  </om:procedure>
  <om:featureOfInterest>
    <eop:Footprint gml:id="${id}_footprint">
      <eop:multiExtentOf>
        <gml:MultiSurface gml:id="${id}_extent" srsName="EPSG:4326">
          <gml:surfaceMember>
            <gml:Polygon gml:id="${id}_polygon">
              <gml:exterior><gml:LinearRing><gml:posList>${positions}</gml:posList></gml:LinearRing></gml:exterior>
            </gml:Polygon>
          </gml:surfaceMember>
        </gml:MultiSurface>
      </eop:multiExtentOf>
    </eop:Footprint>
  </om:featureOfInterest>
  <om:result>
    <opt:EarthObservationResult gml:id="${id}_result">
      <opt:cloudCoverPercentage uom="%">${cloudPercent}</opt:cloudCoverPercentage>
    </opt:EarthObservationResult>
  </om:result>
  <eop:metaDataProperty>
    <eop:EarthObservationMetaData>
      <eop:identifier>${id}</eop:identifier>
      <eop:acquisitionType>NOMINAL</eop:acquisitionType>
      <eop:productType>DEMO</eop:productType>
      <eop:status>ARCHIVED</eop:status>
      <eop:processing><eop:ProcessingInformation><eop:processingLevel>L1</eop:processingLevel></eop:ProcessingInformation></eop:processing>
    </eop:EarthObservationMetaData>
  </eop:metaDataProperty>
</opt:EarthObservation>
`;
}
