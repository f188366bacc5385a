/** The tags of TIFF, GeoTIFF and GDAL that are read or written. */
export const TAG = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  modelPixelScale: 33550,
  modelTiepoint: 33922,
  modelTransformation: 34264,
  geoKeyDirectory: 34735,
  geoDoubleParams: 34736,
  geoAsciiParams: 34737,
  gdalNodata: 42113,
} as const;

/** What is written about a tag besides its values. */
export const FIELD_TYPE = { ascii: 2, short: 3, long: 4, double: 12, long8: 16 } as const;

/** Values of the tag Compression. */
export const COMPRESSION = {
  none: 1,
  lzw: 5,
  jpeg: 7,
  deflate: 8,
  oldDeflate: 32946,
  packBits: 32773,
  zstd: 50000,
} as const;

/** Values of the tag PhotometricInterpretation. */
export const PHOTOMETRIC = { minIsBlack: 1, rgb: 2, palette: 3, mask: 4, yCbCr: 6 } as const;

/** Bits of NewSubfileType. */
export const SUBFILE = { reduced: 1, page: 2, mask: 4 } as const;

/** Values of the tag Predictor. */
export const PREDICTOR = { none: 1, horizontal: 2, floatingPoint: 3 } as const;
