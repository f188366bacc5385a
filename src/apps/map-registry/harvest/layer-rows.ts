import type { JsonValue } from '../../../platform/json-value.ts';
import { type DateRow, dateRowsOf } from '../dates/date-rows.ts';
import type { HarvestedLayer } from '../sources/map-source.ts';
import { mendBox } from './mended-box.ts';
import { supportedSrs } from './srs-codes.ts';
import { LONGEST, storedKeywords, storedText } from './text-limits.ts';
import { invalidReasonOfLayer } from './validity.ts';

/** A layer as a harvest writes it: the columns of `map_registry.layers`, and its dates. */
export interface LayerRow {
  readonly name: string;
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  readonly srs: readonly string[];
  readonly min_x: number;
  readonly min_y: number;
  readonly max_x: number;
  readonly max_y: number;
  readonly area: number;
  readonly page_url: string | null;
  readonly category: string | null;
  readonly username: string | null;
  readonly drawing: JsonValue | null;
  readonly invalid_reason: string | null;
  readonly was_deleted: boolean;
  readonly dates: readonly DateRow[];
}

/** What all layers of a service are stored by. */
export interface LayerRules {
  readonly supportedSrs: readonly string[];
  /** Why the service is not valid; null where it is. */
  readonly invalidService: string | null;
}

/**
 * Returns layers as they are stored, in the order of their names. Of several with one name the first counts. Those whose name is
 * empty or too long are left out: they could not be found again.
 */
export function layerRowsOf(layers: readonly HarvestedLayer[], rules: LayerRules): readonly LayerRow[] {
  const rows = new Map<string, LayerRow>();
  for (const layer of layers) {
    const name = storedText(layer.name, LONGEST.name + 1);
    if (name === '' || name.length > LONGEST.name || rows.has(name)) continue;
    rows.set(name, layerRowOf(name, layer, rules));
  }
  return [...rows.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function layerRowOf(
  name: string,
  layer: HarvestedLayer,
  { supportedSrs: supported, invalidService }: LayerRules,
): LayerRow {
  const { box, area } = mendBox(layer.box);
  const title = storedText(layer.title, LONGEST.title) || name;
  const abstract = storedText(layer.abstract, LONGEST.abstract);
  return {
    name,
    title,
    abstract,
    keywords: storedKeywords(layer.keywords),
    srs: supportedSrs(layer.srs, supported),
    min_x: box.minX,
    min_y: box.minY,
    max_x: box.maxX,
    max_y: box.maxY,
    area,
    page_url: webAddress(layer.pageUrl),
    category: optionalText(layer.category),
    username: optionalText(layer.username),
    drawing: layer.drawing,
    invalid_reason: invalidService ?? invalidReasonOfLayer(box),
    was_deleted: layer.wasDeleted ?? false,
    dates: dateRowsOf(layer.dates, { title, abstract }),
  };
}

function optionalText(text: string | undefined): string | null {
  return storedText(text ?? '', LONGEST.title) || null;
}

/** Pages link to it, so that it has to be one of the web. */
function webAddress(text: string | undefined): string | null {
  const url = URL.parse(text ?? '');
  if (!url || !/^https?:$/.test(url.protocol) || url.href.length > LONGEST.url) return null;
  return url.href;
}
