import { findGenerator } from '../../generators/index.ts';
import { firstOptions, type OptionValue } from '../../generators/options.ts';
import type { JsonObject } from '../../rendering/json-object.ts';

/** What is the same for all worksheets of the set. */
export interface SetOptions {
  readonly paperSize: string;
  readonly copies: number;
}

/** A worksheet of the set. */
interface SetWorksheet {
  readonly view: string;
  readonly name: string;
  readonly header: string;
  /** Options that differ from the first values of the generator. */
  readonly options: Readonly<Record<string, OptionValue>>;
}

const SET: readonly SetWorksheet[] = [
  {
    view: 'treasure_hunt',
    name: 'Treasure hunt',
    header: 'Room 5: searching',
    options: { prefilled_values: 'medium' },
  },
  {
    view: 'sorting_network_cards',
    name: 'Kākano sorting cards',
    header: 'Room 5: sorting',
    options: { type: 'riding_hood' },
  },
  { view: 'piano_keys', name: 'Piano keys', header: 'Room 5: music', options: { highlight: 'A' } },
  {
    view: 'barcode_checksum_poster',
    name: 'Barcode checksum poster',
    header: 'Room 5: error detection',
    options: { barcode_length: '13' },
  },
];

/** Returns the payloads of the orders of the set, as a client sends them. */
export function payloadsOfSet(
  { paperSize, copies }: SetOptions,
  resourcesUrl: string,
): readonly JsonObject[] {
  return SET.map(({ view, name, header, options }) => ({
    kind: 'task#render',
    resource_slug: view.replaceAll('_', '-'),
    resource_name: name,
    resource_view: view,
    paper_size: paperSize,
    copies,
    url: `${resourcesUrl}/${view}`,
    header_text: header,
    ...firstOptions(findGenerator(view)?.options ?? {}),
    ...options,
  }));
}
