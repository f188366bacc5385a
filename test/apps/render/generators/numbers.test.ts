import { describe, expect, it } from '@jest/globals';
import { findGenerator, GENERATORS } from '../../../../src/apps/render/generators/index.ts';
import { english } from '../../../../src/apps/render/generators/messages/english.ts';
import { firstOptions } from '../../../../src/apps/render/generators/options.ts';
import type { Page } from '../../../../src/apps/render/generators/page.ts';
import { PAPERS } from '../../../../src/apps/render/generators/paper.ts';
import { seededRandom } from '../../../../src/apps/render/generators/random.ts';
import { LAYERS } from '../../../../src/apps/render/generators/worksheets/sorting-network.ts';

describe('the cards to search among', () => {
  it.each([
    ['15', 'cards', 15],
    ['31', '99', 99],
    ['31', '999', 999],
  ])('%s with %s have different numbers from 0 to the largest, in no order', (count, most, largest) => {
    const numbers = cardNumbers(pagesOf('searching_cards', cards(count, most, true)));
    expect(numbers).toHaveLength(Number(count));
    expect(new Set(numbers).size).toBe(Number(count));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(largest);
    expect(numbers).not.toEqual(numbers.toSorted((left, right) => left - right));
  });

  it('are in order on the help sheet', () => {
    const pages = pagesOf('searching_cards', cards('15', '999', true));
    const help = pages.at(-1);
    const listed =
      help?.kind === 'text' ? help.blocks.flatMap((b) => (b.kind === 'numbers' ? b.items : [])) : [];
    expect(listed.map(Number)).toEqual(cardNumbers(pages).toSorted((left, right) => left - right));
  });

  it('have the same numbers with a help sheet as without', () => {
    expect(cardNumbers(pagesOf('searching_cards', cards('15', '99', true)))).toEqual(
      cardNumbers(pagesOf('searching_cards', cards('15', '99', false))),
    );
  });

  it('have none where they are blank', () => {
    expect(cardNumbers(pagesOf('searching_cards', cards('15', 'blank', true)))).toEqual([]);
  });
});

describe('the treasure hunt', () => {
  const hunt = (order: string) => ({
    prefilled_values: 'hard',
    number_order: order,
    instructions: false,
    art: 'bw',
  });

  it('has 26 numbers that grow from A to Z, or do not', () => {
    const sorted = cardNumbers(pagesOf('treasure_hunt', hunt('sorted')));
    const unsorted = cardNumbers(pagesOf('treasure_hunt', hunt('unsorted')));
    expect(sorted).toHaveLength(26);
    expect(sorted).toEqual(unsorted.toSorted((left, right) => left - right));
    expect(unsorted).not.toEqual(sorted);
  });
});

describe('the sorting network', () => {
  it('sorts any six numbers', () => {
    // Whatever sorts every row of zeros and ones sorts everything.
    for (let row = 0; row < 2 ** 6; row += 1) {
      const values = Array.from({ length: 6 }, (_, lane) => (row >> lane) & 1);
      for (const [left, right] of LAYERS.flat()) {
        const [one = 0, other = 0] = [values[left], values[right]];
        values[left] = Math.min(one, other);
        values[right] = Math.max(one, other);
      }
      expect(values).toEqual(values.toSorted());
    }
  });
});

describe('the barcode poster', () => {
  it('with 12 digits ends in the right check digit', () => {
    const numbers = cardNumbers(pagesOf('barcode_checksum_poster', { barcode_length: '12' }));
    expect(checkSum(numbers.slice(0, 12)) % 10).toBe(0);
  });

  it('with 13 digits, too; the first one is beside the bars', () => {
    const numbers = cardNumbers(pagesOf('barcode_checksum_poster', { barcode_length: '13' }));
    const [first = -1] = numbers.slice(12);
    expect(checkSum([first, ...numbers.slice(0, 12)]) % 10).toBe(0);
  });
});

describe('every text of the drawings', () => {
  it('comes from the catalogue', () => {
    const marked = translated(english);
    const drawn = GENERATORS.flatMap(({ view, options }) => {
      // Māori words are what some cards teach, in every language.
      const types = view === 'sorting_network_cards' ? ['words', 'riding_hood', 'butterfly'] : [undefined];
      return types.flatMap((type) =>
        pagesOf(view, { ...firstOptions(options), ...(type ? { type } : {}) }, marked),
      );
    });
    const words = drawn.flatMap(textsOf).filter((text) => /\p{L}{2}/u.test(text));
    expect(words.length).toBeGreaterThan(20);
    expect(words.filter((text) => !text.includes('¤'))).toEqual([]);
  });
});

/** As the standard has it, from the right: once, three times, once … */
function checkSum(digits: readonly number[]): number {
  return digits.toReversed().reduce((total, digit, place) => total + digit * (place % 2 === 0 ? 1 : 3), 0);
}

function cards(count: string, most: string, hasHelp: boolean) {
  return { number_cards: count, max_number: most, help_sheet: hasHelp };
}

function pagesOf(view: string, options: Readonly<Record<string, string | boolean>>, messages = english) {
  const order = findGenerator(view)?.order(options, PAPERS.a4);
  if (!order || !('subtitle' in order)) throw new Error(`${view}: ${order}`);
  return order.pages(seededRandom(7, 1), messages);
}

function textsOf(page: Page): string[] {
  if (page.kind === 'drawing')
    return [
      ...Array.from(page.svg.matchAll(/<text[^>]*>([^<]*)</g), ([, text = '']) => text),
      ...(page.labels ?? []).map(({ text }) => text),
    ];
  return [page.title, ...page.blocks.flatMap((block) => ('text' in block ? [block.text] : block.items))];
}

function cardNumbers(pages: readonly Page[]): number[] {
  return pages
    .flatMap((page) => (page.kind === 'drawing' ? textsOf(page) : []))
    .filter((text) => /^\d+$/.test(text))
    .map(Number);
}

/** Another language: every word begins with a mark. */
function translated<Messages>(messages: Messages): Messages {
  const marked = withMarks(messages);
  if (!isLike(marked, messages))
    throw new Error('A catalogue is made of objects, lists, texts and functions');
  return marked;
}

function withMarks(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\S+/g, '¤$&');
  if (typeof value === 'function') return (...given: readonly unknown[]) => withMarks(value(...given));
  if (Array.isArray(value)) return value.map(withMarks);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withMarks(one)]));
  return value;
}

function isLike<Model>(value: unknown, model: Model): value is Model {
  return JSON.stringify(Object.keys(Object(value))) === JSON.stringify(Object.keys(Object(model)));
}
