import type {
  DetectedService,
  EndpointAddress,
  HarvestedLayer,
  HarvestedService,
  MapSource,
  ServiceToHarvest,
  SourceContext,
} from '../../../src/apps/map-registry/sources/map-source.ts';

/** A source that says what a test has it say; it asks no server. */
export class ScriptedSource implements MapSource {
  readonly types: MapSource['types'];
  /** What it finds at endpoints. */
  detected: (endpoint: EndpointAddress) => readonly DetectedService[] | Error | undefined = () => undefined;
  /** What its services are. */
  harvested: HarvestedService | 'unchanged' | Error = 'unchanged';
  /** What it was asked for, the newest last. */
  readonly harvests: { readonly service: ServiceToHarvest; readonly context: SourceContext }[] = [];

  constructor(types: MapSource['types'] = ['OGC:WMS']) {
    this.types = types;
  }

  readonly detect: MapSource['detect'] = async (endpoint) => {
    const detected = this.detected(endpoint);
    if (detected instanceof Error) throw detected;
    return detected;
  };

  readonly harvest: MapSource['harvest'] = async (service, context) => {
    this.harvests.push({ service, context });
    if (this.harvested instanceof Error) throw this.harvested;
    return this.harvested;
  };

  readonly openDrawing: MapSource['openDrawing'] = () => undefined;
}

/** A service as its server describes it, with layers of some names. */
export function describedService(
  layers: readonly (string | (Partial<HarvestedLayer> & { readonly name: string }))[],
  more: Partial<HarvestedService> = {},
): HarvestedService {
  return {
    title: 'A service',
    abstract: 'Of a test.',
    keywords: ['test'],
    srs: ['EPSG:4326'],
    layers: layers.map((layer) => describedLayer(typeof layer === 'string' ? { name: layer } : layer)),
    isComplete: true,
    validators: {},
    ...more,
  };
}

function describedLayer(layer: Partial<HarvestedLayer> & { readonly name: string }): HarvestedLayer {
  return {
    title: `The layer ${layer.name}`,
    abstract: '',
    keywords: [],
    box: { minX: 10, minY: 20, maxX: 30, maxY: 40 },
    srs: ['EPSG:4326'],
    dates: [],
    drawing: null,
    ...layer,
  };
}
