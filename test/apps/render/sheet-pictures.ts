import type { ColourMode } from '../../../src/apps/render/documents/document-request.ts';
import { renderDocument } from '../../../src/apps/render/documents/render-document.ts';
import type { Generator } from '../../../src/apps/render/generators/generator.ts';
import { firstOptions, type OptionValue } from '../../../src/apps/render/generators/options.ts';
import { drawPdfPage } from '../../support/pdf-reader.ts';
import { sheetRequest } from './sheet-request.ts';

/** The folder of the pictures. */
export const PICTURES = new URL('../../../docs/images/render/', import.meta.url);

/** The file of a picture among {@link PICTURES}. */
export function pictureName(view: string, colourMode: ColourMode): string {
  return colourMode === 'colour' ? `${view}.png` : `${view}-${colourMode}.png`;
}

const WIDTH_PIXELS = 360;

/** What is shown of the generators whose first options, or first page, say little. */
const SHOWN: Readonly<Record<string, { page?: number; options?: Readonly<Record<string, OptionValue>> }>> = {
  binary_cards: { page: 5 },
  binary_windows: { options: { value_type: 'lightbulb' } },
  modulo_clock: { options: { modulo_number: '10' } },
  parity_cards: { page: 2, options: { back_colour: 'blue' } },
  piano_keys: { options: { highlight: 'A' } },
  sorting_network: { options: { prefilled_values: 'medium' } },
  sorting_network_cards: { options: { type: 'riding_hood' } },
};

/** Draws the page of a worksheet that says most about it, as a PNG. */
export async function drawSheet({ view, options }: Generator, colourMode: ColourMode): Promise<Buffer> {
  const shown = SHOWN[view];
  const { pdf } = await renderDocument(
    sheetRequest({
      resourceView: view,
      options: { ...firstOptions(options), ...shown?.options },
      colourMode,
    }),
  );
  return drawPdfPage(pdf, shown?.page ?? 1, WIDTH_PIXELS);
}
