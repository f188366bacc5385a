import { openCogEngine } from '../../src/apps/view-server/cog/open-cog-engine.ts';

// Converts the image of the first argument to the COG of the second, as an operator gets it who sets nothing.

const [source = '', target = ''] = process.argv.slice(2);
await openCogEngine({ engine: 'built-in', projections: undefined, maximumPixels: 1e10 }).convert(
  source,
  target,
  {
    targetSrs: 'EPSG:4326',
    blockSizePixels: 512,
    compression: 'DEFLATE',
    compressionLevel: 1,
    hasPredictor: true,
    resampling: 'bilinear',
    overviewResampling: 'average',
    nodata: undefined,
    bigTiff: 'IF_NEEDED',
    threadCount: 2,
  },
  { signal: new AbortController().signal, reportProgress: () => undefined },
);
