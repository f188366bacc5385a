import type { ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

const MEBIBYTE = 1_024 ** 2;
const GIGABYTE_PARTS = 1_024;
const PICTURE_PIXELS = 4_096;

/** What a server sends that is made to take much memory. */
export interface LargeInput {
  /** As the report has it. */
  readonly title: string;
  /** What reads it: as a service of a type, as a picture that a map is drawn of, or as one that a layer is checked by. */
  readonly reader:
    | 'OGC:WMS'
    | 'OGC:WMTS'
    | 'OSGeo:TMS'
    | 'OGC:CSW'
    | 'ESRI:ArcGIS:MapServer'
    | 'map'
    | 'check';
  /** How often it is read. */
  readonly times: number;
  /** How many at a time. Default: 1, as a worker runs one task. */
  readonly atOnce?: number;
  /** Makes what is sent. */
  readonly make: () => Promise<Reply>;
}

/** Sends a whole reply. */
export type Reply = (response: ServerResponse) => void;

/** The inputs, by the paths that they are sent at. */
export const LARGE_INPUTS: Readonly<Record<string, LargeInput>> = {
  gigabyte: {
    title: '10 bodies of 1 GB, one after the other',
    reader: 'OGC:WMS',
    times: 10,
    make: async () => sendGigabyte,
  },
  chunks: {
    title: 'likewise, in chunks of 1,000 bytes',
    reader: 'OGC:WMS',
    times: 10,
    make: async () => sendChunks,
  },
  gzip: {
    title: 'likewise, compressed',
    reader: 'OGC:WMS',
    times: 10,
    make: async () => (response) => {
      const gzip = createGzip({ level: 1 });
      response.writeHead(200, { 'content-encoding': 'gzip' });
      gzip.pipe(response);
      response.once('close', () => gzip.destroy());
      sendParts(gzip, Buffer.alloc(MEBIBYTE, ' '));
    },
  },
  boxes: {
    title: 'a WMS with 100,000 boxes on one layer',
    reader: 'OGC:WMS',
    times: 3,
    make: async () =>
      xml(
        wms(
          layer(
            0,
            repeat(100_000, (index) => box(`EPSG:${index}`)),
          ),
        ),
      ),
  },
  layers: {
    title: 'a WMS with 13,000 layers',
    reader: 'OGC:WMS',
    times: 3,
    make: async () => xml(wms(repeat(13_000, (index) => layer(index, '')))),
  },
  'many-layers': {
    title: 'a WMS with 20,000 layers',
    reader: 'OGC:WMS',
    times: 3,
    make: async () => xml(wms(repeat(20_000, (index) => layer(index, '')))),
  },
  elements: {
    title: 'a WMS with a million elements, refused',
    reader: 'OGC:WMS',
    times: 3,
    make: async () => xml(wms('<a/>'.repeat(1_000_000))),
  },
  text: {
    title: 'a WMS with a title of 15 MiB',
    reader: 'OGC:WMS',
    times: 3,
    make: async () =>
      xml(wms(`<Layer><Name>a</Name><Title>${'a ☃'.repeat((15 * MEBIBYTE) / 5)}</Title></Layer>`)),
  },
  attribute: {
    title: 'a WMS with an attribute of 15 MiB',
    reader: 'OGC:WMS',
    times: 3,
    make: async () => xml(wms(`<Layer a="${'a ☃'.repeat((15 * MEBIBYTE) / 5)}"><Name>a</Name></Layer>`)),
  },
  'tile-layers': {
    title: 'a WMTS with 13,000 layers',
    reader: 'OGC:WMTS',
    times: 3,
    make: async () => xml(wmts(repeat(13_000, tileLayer))),
  },
  'tile-maps': {
    title: 'a list of 200,000 tile maps',
    reader: 'OSGeo:TMS',
    times: 1,
    make: async () =>
      xml(
        `<TileMapService><TileMaps>${repeat(200_000, (index) => `<TileMap href="file:///${index}" srs="EPSG:3857" title="${'t'.repeat(90)}"/>`)}</TileMaps></TileMapService>`,
      ),
  },
  json: {
    title: '4 MiB of JSON',
    reader: 'ESRI:ArcGIS:MapServer',
    times: 3,
    make: async () => (response) => void response.end(`{"layers":[${'{},'.repeat(1_390_000)}{}]}`),
  },
  'dense-json': {
    title: 'JSON of 300,000 values',
    reader: 'ESRI:ArcGIS:MapServer',
    times: 3,
    make: async () => (response) =>
      void response.end(`{"layers":[${repeat(149_000, (index) => `{"a${index}":1},`)}{}]}`),
  },
  'dense-records': {
    title: 'a catalogue of 50,000 elements',
    reader: 'OGC:CSW',
    times: 3,
    make: async () =>
      xml(
        `<Capabilities xmlns="http://www.opengis.net/cat/csw/2.0.2">${repeat(49_000, (index) => `<a${index} b=""/>`)}</Capabilities>`,
      ),
  },
  records: {
    title: 'a catalogue of 1 MiB',
    reader: 'OGC:CSW',
    times: 3,
    make: async () =>
      xml(
        `<Capabilities xmlns="http://www.opengis.net/cat/csw/2.0.2">${'<a/>'.repeat(260_000)}</Capabilities>`,
      ),
  },
  'progressive-4096': {
    title: '40 pictures (progressive) of 4096 × 4096 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () =>
      picture((noise) => noise.jpeg({ progressive: true, chromaSubsampling: '4:4:4', quality: 60 }), 4096),
  },
  'interlaced-4096': {
    title: '40 pictures (interlaced) of 4096 × 4096 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.png({ progressive: true }), 4096),
  },
  'png-4096': {
    title: '40 pictures (png) of 4096 × 4096 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.png(), 4096),
  },
  'webp-4096': {
    title: '40 pictures (webp) of 4096 × 4096 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.webp({ lossless: true, effort: 0 }), 4096),
  },
  'gif-4096': {
    title: '40 pictures (gif) of 4096 × 4096 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.gif({ effort: 1 }), 4096),
  },
  'tiff-4096': {
    title: '40 pictures (tiff) of 4096 × 4096 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () =>
      picture(
        (noise) => noise.tiff({ compression: 'deflate', tile: true, tileWidth: 4096, tileHeight: 4096 }),
        4096,
      ),
  },
  'jpeg-4096': {
    title: '40 pictures (jpeg) of 4096 × 4096 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.jpeg({ quality: 60 }), 4096),
  },
  'progressive-2048': {
    title: '40 pictures (progressive) of 2048 × 2048 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () =>
      picture((noise) => noise.jpeg({ progressive: true, chromaSubsampling: '4:4:4', quality: 60 }), 2048),
  },
  'interlaced-2048': {
    title: '40 pictures (interlaced) of 2048 × 2048 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.png({ progressive: true }), 2048),
  },
  'png-2048': {
    title: '40 pictures (png) of 2048 × 2048 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.png(), 2048),
  },
  'webp-2048': {
    title: '40 pictures (webp) of 2048 × 2048 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.webp({ lossless: true, effort: 0 }), 2048),
  },
  'gif-2048': {
    title: '40 pictures (gif) of 2048 × 2048 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.gif({ effort: 1 }), 2048),
  },
  'tiff-2048': {
    title: '40 pictures (tiff) of 2048 × 2048 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () =>
      picture(
        (noise) => noise.tiff({ compression: 'deflate', tile: true, tileWidth: 2048, tileHeight: 2048 }),
        2048,
      ),
  },
  'jpeg-2048': {
    title: '40 pictures (jpeg) of 2048 × 2048 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.jpeg({ quality: 60 }), 2048),
  },
  'progressive-1024': {
    title: '40 pictures (progressive) of 1024 × 1024 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () =>
      picture((noise) => noise.jpeg({ progressive: true, chromaSubsampling: '4:4:4', quality: 60 }), 1024),
  },
  'interlaced-1024': {
    title: '40 pictures (interlaced) of 1024 × 1024 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.png({ progressive: true }), 1024),
  },
  'png-1024': {
    title: '40 pictures (png) of 1024 × 1024 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.png(), 1024),
  },
  'webp-1024': {
    title: '40 pictures (webp) of 1024 × 1024 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.webp({ lossless: true, effort: 0 }), 1024),
  },
  'gif-1024': {
    title: '40 pictures (gif) of 1024 × 1024 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.gif({ effort: 1 }), 1024),
  },
  'tiff-1024': {
    title: '40 pictures (tiff) of 1024 × 1024 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () =>
      picture(
        (noise) => noise.tiff({ compression: 'deflate', tile: true, tileWidth: 1024, tileHeight: 1024 }),
        1024,
      ),
  },
  'jpeg-1024': {
    title: '40 pictures (jpeg) of 1024 × 1024 pixels for maps, eight at a time',
    reader: 'map',
    times: 40,
    atOnce: 8,
    make: () => picture((noise) => noise.jpeg({ quality: 60 }), 1024),
  },
  'progressive-4096-checks': {
    title: '40 pictures (progressive) of 4096 × 4096 pixels for checks',
    reader: 'check',
    times: 40,
    atOnce: 1,
    make: () =>
      picture((noise) => noise.jpeg({ progressive: true, chromaSubsampling: '4:4:4', quality: 60 }), 4096),
  },
  'webp-4096-checks': {
    title: '40 pictures (webp) of 4096 × 4096 pixels for checks',
    reader: 'check',
    times: 40,
    atOnce: 1,
    make: () => picture((noise) => noise.webp({ lossless: true, effort: 0 }), 4096),
  },
  'gif-4096-checks': {
    title: '40 pictures (gif) of 4096 × 4096 pixels for checks',
    reader: 'check',
    times: 40,
    atOnce: 1,
    make: () => picture((noise) => noise.gif({ effort: 1 }), 4096),
  },
  'progressive-1024-checks': {
    title: '40 pictures (progressive) of 1024 × 1024 pixels for checks',
    reader: 'check',
    times: 40,
    atOnce: 1,
    make: () =>
      picture((noise) => noise.jpeg({ progressive: true, chromaSubsampling: '4:4:4', quality: 60 }), 1024),
  },
  'webp-1024-checks': {
    title: '40 pictures (webp) of 1024 × 1024 pixels for checks',
    reader: 'check',
    times: 40,
    atOnce: 1,
    make: () => picture((noise) => noise.webp({ lossless: true, effort: 0 }), 1024),
  },
  'gif-1024-checks': {
    title: '40 pictures (gif) of 1024 × 1024 pixels for checks',
    reader: 'check',
    times: 40,
    atOnce: 1,
    make: () => picture((noise) => noise.gif({ effort: 1 }), 1024),
  },
};

function xml(text: string): Reply {
  const body = Buffer.from(text);
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/xml' }).end(body);
  };
}

function sendGigabyte(response: ServerResponse): void {
  sendParts(response, Buffer.alloc(MEBIBYTE, ' '));
}

/** Node writes each part as a chunk of its own. */
function sendChunks(response: ServerResponse): void {
  const chunk = `3e8\r\n${' '.repeat(1_000)}\r\n`;
  response.socket?.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
  if (response.socket) sendParts(response.socket, Buffer.from(chunk.repeat(1_000)));
}

function sendParts(stream: NodeJS.WritableStream & { readonly destroyed?: boolean }, part: Buffer): void {
  let sent = 0;
  const send = () => {
    while (sent < GIGABYTE_PARTS && !stream.destroyed) {
      sent += 1;
      if (!stream.write(part)) {
        stream.once('drain', send);
        return;
      }
    }
    stream.end();
  };
  stream.on('error', () => undefined);
  send();
}

function repeat(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_unused, index) => make(index)).join('');
}

function wms(content: string): string {
  return `<WMS_Capabilities version="1.3.0"><Service><Title>Large</Title></Service><Capability><Layer><Title>All</Title><CRS>EPSG:4326</CRS><CRS>EPSG:3857</CRS>${content}</Layer></Capability></WMS_Capabilities>`;
}

/** As GeoServer writes one: some 800 bytes. */
function layer(index: number, more: string): string {
  return `<Layer queryable="1" opaque="0"><Name>workspace:layer_${index}</Name><Title>Layer ${index} of a large server</Title><Abstract>${'What is in this layer and when it was surveyed. '.repeat(2)}</Abstract><KeywordList><Keyword>features</Keyword><Keyword>layer_${index}</Keyword></KeywordList><CRS>EPSG:4326</CRS><EX_GeographicBoundingBox><westBoundLongitude>-10.5</westBoundLongitude><eastBoundLongitude>20.25</eastBoundLongitude><southBoundLatitude>30.125</southBoundLatitude><northBoundLatitude>50</northBoundLatitude></EX_GeographicBoundingBox>${box('CRS:84')}${more}<Style><Name>polygon</Name><Title>Default polygon</Title><LegendURL width="20" height="20"><Format>image/png</Format><OnlineResource xlink:href="http://localhost/legend?layer=${index}"/></LegendURL></Style></Layer>`;
}

function box(crs: string): string {
  return `<BoundingBox CRS="${crs}" minx="-10" miny="30" maxx="20" maxy="50"/>`;
}

function wmts(layers: string): string {
  return `<Capabilities xmlns="http://www.opengis.net/wmts/1.0" version="1.0.0"><Contents>${layers}<TileMatrixSet><Identifier>EPSG:900913</Identifier><SupportedCRS>urn:ogc:def:crs:EPSG::900913</SupportedCRS>${repeat(30, (level) => `<TileMatrix><Identifier>${level}</Identifier><ScaleDenominator>${559_082_263.95 / 2 ** level}</ScaleDenominator><TopLeftCorner>-20037508.34 20037508.34</TopLeftCorner><TileWidth>256</TileWidth><TileHeight>256</TileHeight><MatrixWidth>${2 ** level}</MatrixWidth><MatrixHeight>${2 ** level}</MatrixHeight></TileMatrix>`)}</TileMatrixSet></Contents></Capabilities>`;
}

function tileLayer(index: number): string {
  return `<Layer><Title>Layer ${index} of a large server</Title><Abstract>${'What is in this layer and when it was surveyed. '.repeat(2)}</Abstract><WGS84BoundingBox><LowerCorner>-10.5 30.125</LowerCorner><UpperCorner>20.25 50</UpperCorner></WGS84BoundingBox><Identifier>workspace:layer_${index}</Identifier><Style isDefault="true"><Identifier>polygon</Identifier></Style><Format>image/png</Format><Format>image/jpeg</Format><TileMatrixSetLink><TileMatrixSet>EPSG:900913</TileMatrixSet></TileMatrixSetLink><ResourceURL format="image/png" resourceType="tile" template="http://localhost/wmts/${index}/{style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}?format=image/png"/></Layer>`;
}

/** Noise is what compresses least; it is stretched, so that the file stays below 8 MiB. */
async function picture(encode: (noise: Sharp) => Sharp, pixels = PICTURE_PIXELS): Promise<Reply> {
  const noise = sharp({
    create: {
      width: pixels / 16,
      height: pixels / 16,
      channels: 3,
      background: '#336699',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  });
  const large = await noise.png().toBuffer();
  const body = await encode(sharp(large).resize(pixels, pixels, { kernel: 'nearest' })).toBuffer();
  return (response) => {
    response.writeHead(200, { 'content-type': 'image/*' }).end(body);
  };
}

/** What every input is preceded by, so that code is loaded and connections are open: a small one of its kind. */
export const SMALL_INPUTS: Readonly<Record<'description' | 'picture', () => Promise<Reply>>> = {
  description: async () => xml(wms(layer(0, ''))),
  picture: () => picture((noise) => noise.png(), 256),
};
