import { describe, expect, it } from '@jest/globals';
import { renderDocument } from '../../../../src/apps/render/documents/render-document.ts';
import { findGenerator, GENERATORS } from '../../../../src/apps/render/generators/index.ts';
import type { OptionsSchema, OptionValue } from '../../../../src/apps/render/generators/options.ts';
import { PAPER_SIZES } from '../../../../src/apps/render/generators/paper.ts';
import { readPdf } from '../../../support/pdf-reader.ts';
import { sheetRequest } from '../sheet-request.ts';

type Options = Readonly<Record<string, OptionValue>>;

/** What the protocol says of a generator. */
interface Contract {
  readonly options: Readonly<Record<string, readonly OptionValue[]>>;
  readonly subtitle: (options: Options, paper: string) => string;
  readonly pages: (options: Options) => number;
  /** A text that a page has. */
  readonly text?: (options: Options) => string;
}

const BOOL = [true, false];
const withOrWithout = (value: OptionValue | undefined) => (value ? 'with' : 'without');
const RANGES: Readonly<Record<string, string>> = {
  blank: 'blank',
  easy: '1 to 9',
  medium: '10 to 99',
  hard: '100 to 999',
};
const paperAlone = (_: Options, paper: string) => paper;

const CONTRACTS: Readonly<Record<string, Contract>> = {
  arrows: { options: {}, subtitle: paperAlone, pages: () => 1, text: () => 'Turn left' },
  barcode_checksum_poster: {
    options: { barcode_length: ['12', '13'] },
    subtitle: (o, paper) => `${o['barcode_length']} digits - ${paper}`,
    pages: () => 1,
    text: () => 'check digit',
  },
  binary_cards: {
    options: { display_numbers: BOOL, black_back: BOOL },
    subtitle: (o, paper) =>
      `${withOrWithout(o['display_numbers'])} numbers - ${withOrWithout(o['black_back'])} black back - ${paper}`,
    pages: (o) => (o['black_back'] ? 16 : 8),
    text: (o) => (o['display_numbers'] ? '128' : ''),
  },
  binary_cards_small: {
    options: { number_bits: ['4', '8', '12'], dot_counts: BOOL, black_back: BOOL },
    subtitle: (o, paper) =>
      `${o['number_bits']} bits - ${withOrWithout(o['dot_counts'])} dot counts - ${withOrWithout(o['black_back'])} black back - ${paper}`,
    pages: (o) => (Number(o['number_bits']) / 4) * (o['black_back'] ? 2 : 1),
    text: (o) => (o['dot_counts'] ? '8' : ''),
  },
  binary_to_alphabet: {
    options: { worksheet_version: ['student', 'teacher'] },
    subtitle: (o, paper) => `${o['worksheet_version']} - ${paper}`,
    pages: () => 1,
    text: (o) => (o['worksheet_version'] === 'teacher' ? 'Z 26 1 1 0 1 0' : 'Z 26'),
  },
  binary_windows: {
    options: { number_bits: ['4', '8'], value_type: ['binary', 'lightbulb'], dot_counts: BOOL },
    subtitle: (o) =>
      `${o['number_bits']} bits - ${o['value_type']} - ${withOrWithout(o['dot_counts'])} dot counts`,
    pages: (o) => (o['number_bits'] === '8' ? 4 : 2),
    text: (o) => (o['dot_counts'] ? '4' : ''),
  },
  grid: { options: {}, subtitle: paperAlone, pages: () => 1 },
  job_badges: { options: {}, subtitle: paperAlone, pages: () => 1, text: () => 'Programmer' },
  left_right_cards: { options: {}, subtitle: paperAlone, pages: () => 1, text: () => 'Left' },
  modulo_clock: {
    options: { modulo_number: ['1', '2', '10'] },
    subtitle: (o, paper) => `${o['modulo_number'] === '1' ? 'blank' : o['modulo_number']} - ${paper}`,
    pages: () => 1,
    text: (o) => (o['modulo_number'] === '10' ? '9' : ''),
  },
  parity_cards: {
    options: { back_colour: ['black', 'blue', 'green', 'purple', 'red'] },
    subtitle: (o, paper) => `${o['back_colour']} back - ${paper}`,
    pages: () => 2,
  },
  piano_keys: {
    options: { highlight: [false, 'A', 'B', 'C', 'D', 'E', 'F', 'G'] },
    subtitle: (o, paper) => `${o['highlight'] || 'no'} highlight - ${paper}`,
    pages: () => 1,
    text: () => 'G',
  },
  searching_cards: {
    options: { number_cards: ['15', '31'], max_number: ['cards', '99', '999', 'blank'], help_sheet: BOOL },
    subtitle: (o, paper) => {
      const most = o['max_number'] === 'cards' ? o['number_cards'] : o['max_number'];
      const range = o['max_number'] === 'blank' ? 'blank' : `0 to ${most}`;
      return `${o['number_cards']} cards - ${range} - ${withOrWithout(o['help_sheet'])} helper sheet - ${paper}`;
    },
    pages: (o) => Math.ceil(Number(o['number_cards']) / 4) + (o['help_sheet'] ? 1 : 0),
    text: (o) => (o['help_sheet'] ? 'How to search among the cards' : ''),
  },
  sorting_network: {
    options: { prefilled_values: ['blank', 'easy', 'medium', 'hard'] },
    subtitle: (o, paper) => `${RANGES[String(o['prefilled_values'])]} - ${paper}`,
    pages: () => 1,
    text: () => 'Finish',
  },
  sorting_network_cards: {
    options: {
      type: [
        'small_numbers',
        'large_numbers',
        'fractions',
        'maori_numbers',
        'words',
        'letters',
        'maori_colours',
        'riding_hood',
        'butterfly',
      ],
    },
    subtitle: (o, paper) => `${String(o['type']).replaceAll('_', ' ')} - ${paper}`,
    pages: (o) => ({ maori_numbers: 8, letters: 6, maori_colours: 4 })[String(o['type'])] ?? 3,
    text: (o) => ({ maori_numbers: 'tekau mā whā', maori_colours: 'kōwhai' })[String(o['type'])] ?? '',
  },
  train_stations: {
    options: { tracks: ['circular', 'twisted'] },
    subtitle: (o, paper) => `${o['tracks']} tracks - ${paper}`,
    pages: () => 1,
    text: () => 'Station F',
  },
  treasure_hunt: {
    options: {
      prefilled_values: ['blank', 'easy', 'medium', 'hard'],
      number_order: ['sorted', 'unsorted'],
      instructions: BOOL,
      art: ['colour', 'bw'],
    },
    subtitle: (o, paper) => {
      const order = o['number_order'] === 'sorted' ? 'Sorted' : 'Unsorted';
      const most = { easy: '99', medium: '999', hard: '9999' }[String(o['prefilled_values'])];
      const numbers = most === undefined ? 'blank' : `${order} - 0 to ${most}`;
      const art = o['art'] === 'colour' ? 'full colour' : 'black and white';
      return `${numbers} - ${art} - ${withOrWithout(o['instructions'])} instructions - ${paper}`;
    },
    pages: (o) => (o['instructions'] ? 2 : 1),
    text: (o) => (o['instructions'] ? 'how to play' : 'Treasure hunt'),
  },
};

const SIZES_POINTS = { a4: [595.28, 841.89], letter: [612, 792] } as const;

it('there are all generators of the protocol, and no others', () => {
  expect(GENERATORS.map(({ view }) => view)).toEqual(Object.keys(CONTRACTS));
});

it('a name may end in .py, as older clients send it', () => {
  expect(findGenerator('grid.py')?.view).toBe('grid');
  expect(findGenerator('grid.pyx')).toBeUndefined();
});

describe.each(Object.entries(CONTRACTS))('%s', (view, contract) => {
  const options = findGenerator(view)?.options ?? {};

  it('has the options of the protocol', () => {
    const sorted = (schema: Contract['options']) =>
      Object.fromEntries(Object.entries(schema).map(([name, values]) => [name, new Set(values)]));
    expect(sorted(options)).toEqual(sorted(contract.options));
  });

  it('has subtitle, pages, paper and texts of the protocol, with every combination of options', async () => {
    for (const paperSize of PAPER_SIZES) {
      const [width, height] = SIZES_POINTS[paperSize];
      for (const combination of combinationsOf(options)) {
        const request = sheetRequest({ resourceView: view, paperSize, options: combination });
        const document = await renderDocument(request);
        const subtitle = contract.subtitle(combination, paperSize);
        expect(document.filename).toBe(`Ngā kāri (${subtitle}).pdf`);
        const read = await readPdf(document.pdf);
        expect(read.title).toBe(`Ngā kāri (${subtitle})`);
        expect(read.pages).toHaveLength(contract.pages(combination));
        expect(document.pages).toBe(read.pages.length);
        for (const page of read.pages) {
          expect(page.widthPoints).toBeCloseTo(width, 1);
          expect(page.heightPoints).toBeCloseTo(height, 1);
          expect(page.text).toContain('Kōwhai school, room 5');
          expect(page.text).toContain('Ngā kāri - https://example.org/resources/?paper=a4');
        }
        const texts = read.pages.map(({ text }) => text).join(' ');
        expect(texts).toContain(contract.text?.(combination) ?? '');
      }
    }
  });
});

/** Every combination of the options' values. */
function combinationsOf(schema: OptionsSchema): Readonly<Record<string, OptionValue>>[] {
  return Object.entries(schema).reduce<Record<string, OptionValue>[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value }))),
    [{}],
  );
}
