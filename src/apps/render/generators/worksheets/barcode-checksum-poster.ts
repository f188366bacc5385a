import { BLUE, INK, PALE, RED, WHITE } from '../drawing/colours.ts';
import { at, circle, drawing, group, line, rectangle, type Svg } from '../drawing/svg.ts';
import { fittedText, linesOf, paragraph, text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';
import type { Catalogue } from '../messages/catalogue.ts';
import type { Paper } from '../paper.ts';

/** The digits of the example, without the check digit. */
const EXAMPLES = { '12': '03600029145', '13': '942100030712' } as const;

/** The bars of a digit, by the tables of GS1: 1 is black. Right-hand ones are the complements of the odd ones. */
const ODD = [
  '0001101',
  '0011001',
  '0010011',
  '0111101',
  '0100011',
  '0110001',
  '0101111',
  '0111011',
  '0110111',
  '0001011',
];
/** Which digits of the left half are of even parity (G), by the first digit of an EAN-13. */
const PARITIES = [
  'LLLLLL',
  'LLGLGG',
  'LLGGLG',
  'LLGGGL',
  'LGLLGG',
  'LGGLLG',
  'LGGGLL',
  'LGLGLG',
  'LGLGGL',
  'LGGLGL',
];
const GUARD = '101';
const CENTRE = '01010';

/** A poster of a barcode, and of how its check digit is worked out. */
export const barcodeChecksumPoster = defineGenerator({
  view: 'barcode_checksum_poster',
  options: { barcode_length: ['12', '13'] },
  subtitle: ({ barcode_length }, paper) => `${barcode_length} digits - ${paper.name}`,
  pages: ({ options, paper, messages }) => {
    const digits = [...EXAMPLES[options.barcode_length]].map(Number);
    return [
      {
        kind: 'drawing',
        svg: drawing(paper, poster(digits, paper, messages)),
        description: messages.barcodeChecksumPoster.description,
      },
    ];
  },
});

function poster(digits: readonly number[], paper: Paper, messages: Catalogue): Svg {
  const words = messages.barcodeChecksumPoster;
  const weights = weightsOf(digits.length);
  const products = digits.map((digit, index) => digit * (weights[index] ?? 0));
  const sum = products.reduce((total, product) => total + product, 0);
  const check = (10 - (sum % 10)) % 10;
  const middle = paper.width / 2;
  const explanations = [
    words.steps.join(' '),
    words.add(products, sum),
    words.lastDigit(sum, sum % 10),
    words.subtract(sum % 10, check),
  ];
  return [
    fittedText([middle, 75], words.title, paper.width - 40, { size: 110, font: 'hand' }),
    at(middle, 170, barcode([...digits, check])),
    at(0, 730, table(digits, weights, products, check, paper.width, words)),
    at(0, 1042, numbered(explanations, paper.width)),
    rectangle(0, 1400, paper.width, 90, { fill: PALE, rx: 20 }),
    fittedText([middle, 1445], words.verdict, paper.width - 60, { size: 42, isBold: true }),
  ].join('');
}

/** Steps below each other, each as high as its lines are. */
function numbered(steps: readonly string[], width: number): Svg {
  const style = { size: 36, anchor: 'start' } as const;
  const left = 105;
  // Lines of text are estimated wider than they are.
  const room = (width - left) * 1.1;
  let y = 0;
  const drawn = steps.map((step, index) => {
    const top = y;
    y += linesOf(step, room, style).length * style.size * 1.35 + 20;
    return [
      circle([40, top], 32, { fill: BLUE }),
      text([40, top], String(index + 1), { size: 38, isBold: true, colour: WHITE }),
      paragraph([left, top], step, room, style),
    ].join('');
  });
  return drawn.join('');
}

/** By what each digit is multiplied: the one before the check digit by 3, and then by 1 and 3 in turn. */
function weightsOf(count: number): number[] {
  return Array.from({ length: count }, (_, index) => ((count - index) % 2 === 1 ? 3 : 1));
}

function table(
  digits: readonly number[],
  weights: readonly number[],
  products: readonly number[],
  check: number,
  width: number,
  words: Catalogue['barcodeChecksumPoster'],
): Svg {
  const heading = 150;
  const cell = (width - heading) / (digits.length + 1);
  const rows: readonly (readonly [string, readonly number[], string])[] = [
    [words.digit, digits, INK],
    [words.times, weights.map((weight) => weight), BLUE],
    [words.product, products, INK],
  ];
  return rows
    .map(([label, numbers, colour], row) => {
      const y = row * 90;
      const written = numbers.map((number, index) =>
        text([heading + cell * (index + 0.5), y + 42], row === 1 ? `× ${number}` : String(number), {
          size: row === 1 ? 34 : 48,
          isBold: row !== 1,
          colour,
        }),
      );
      return group(
        {},
        rectangle(0, y, heading + cell * digits.length, 84, { fill: row === 1 ? WHITE : PALE, rx: 12 }),
        fittedText([18, y + 42], label, heading - 24, { size: 36, anchor: 'start' }),
        ...written,
      );
    })
    .concat(
      rectangle(width - cell + 6, 2, cell - 8, 80, { fill: WHITE, stroke: RED, 'stroke-width': 5, rx: 12 }),
      text([width - cell / 2, 42], String(check), { size: 48, isBold: true, colour: RED }),
      fittedText([width - 2, -28], words.checkDigit, cell * 3, { size: 34, anchor: 'end', colour: RED }),
    )
    .join('');
}

/** The bars with their digits, around the middle. Guards are longer, as on real packets. */
function barcode(digits: readonly number[]): Svg {
  const isEan = digits.length === 13;
  const first = isEan ? (digits[0] ?? 0) : 0;
  const coded = isEan ? digits.slice(1) : digits;
  const left = coded.slice(0, 6).map((digit, index) => leftBars(digit, PARITIES[first]?.[index] === 'G'));
  const right = coded.slice(6).map((digit) => inverted(ODD[digit] ?? ''));
  const bars = [GUARD, ...left, CENTRE, ...right, GUARD].join('');
  const bar = 10.4;
  const start = (-bars.length * bar) / 2;
  const drawn = [...bars].map((value, index) => {
    if (value === '0') return '';
    const isGuard = index < 3 || index >= bars.length - 3 || (index >= 45 && index < 50);
    return rectangle(start + index * bar, 0, bar, isGuard ? 390 : 350, { fill: INK });
  });
  const numbers = coded.map((digit, index) => {
    const module = 3 + index * 7 + 3.5 + (index >= 6 ? 5 : 0);
    return text([start + module * bar, 395], String(digit), { size: 62 });
  });
  const outside = isEan ? text([start - 30, 395], String(first), { size: 62 }) : '';
  return [
    ...drawn,
    ...numbers,
    outside,
    line([-560, 470], [560, 470], { stroke: PALE, 'stroke-width': 6 }),
  ].join('');
}

function leftBars(digit: number, isEven: boolean): string {
  const odd = ODD[digit] ?? '';
  return isEven ? [...inverted(odd)].reverse().join('') : odd;
}

function inverted(bars: string): string {
  return [...bars].map((bar) => (bar === '0' ? '1' : '0')).join('');
}
