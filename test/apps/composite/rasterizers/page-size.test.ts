import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sizeAt } from '../../../../src/apps/composite/rasterizers/page-size.ts';
import { boxCoordinate } from '../../../../src/apps/composite/rasterizers/pdfium/box-coordinate.ts';
import { PageInspector } from '../../../../src/apps/composite/rasterizers/pdfium/page-inspector.ts';
import { areInstalled } from './installed.ts';
import { writeRawPdf } from './raw-pdf.ts';

const RESOLUTIONS = ['37', '72', '96', '100', '110.5', '150', '200', '300', '333', '500', '600'];

/** A fraction of whole numbers. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

describe('the size of a page', () => {
  it('is that of a letter at 300 DPI: 2550 × 3300', () => {
    expect(pixels(['0', '0', '612', '792'], '300')).toEqual([2550, 3300]);
  });

  it('is exact for 40,000 lengths in whole points', () => {
    const different: string[] = [];
    for (let points = 1; points <= 2000; points += 1) {
      for (let dpi = 30; dpi <= 600; dpi += 30) {
        const exact = ceiling(fraction(BigInt(points * dpi), 72n));
        const [width] = pixels(['0', '0', String(points), '1'], String(dpi));
        if (width !== exact) different.push(`${points} points at ${dpi} DPI: ${width}, exactly ${exact}`);
      }
    }
    expect(different).toEqual([]);
  });

  it('is what exact arithmetic makes of the doubles of pdftoppm, for 22,000 lengths', () => {
    const random = seeded(1);
    const different: string[] = [];
    for (const dpi of RESOLUTIONS) {
      for (let count = 0; count < 1000; count += 1) {
        const box = randomBox(random, Number(dpi));
        const expected = [pdftoppmLength(box[0], box[2], dpi), pdftoppmLength(box[1], box[3], dpi)];
        const actual = pixels(box, dpi);
        if (String(actual) !== String(expected))
          different.push(`[${box}] at ${dpi}: ${actual}, not ${expected}`);
      }
    }
    expect(different).toEqual([]);
  });

  if (areInstalled('pdftoppm')) {
    it.each(['media box', 'crop box'] as const)(
      'is what pdftoppm gives for 11,000 lengths, turned and with user units, by the %s',
      async (shown) => {
        const folder = await mkdtemp(join(tmpdir(), 'page-size-test-'));
        const path = join(folder, 'pages.pdf');
        const random = seeded(2);
        const different: string[] = [];
        for (const dpi of RESOLUTIONS) {
          const pages = Array.from({ length: 500 }, (_, index) => {
            const box = randomBox(random, Number(dpi));
            const cropBox = index % 3 === 0 ? '' : `/CropBox [${overlapping(box, random).join(' ')}]`;
            const userUnit = index % 5 === 0 ? '/UserUnit 2' : '';
            const entries = `/MediaBox [${box.join(' ')}] ${cropBox} /Rotate ${(index % 4) * 90} ${userUnit}`;
            return { entries };
          });
          await writeFile(path, writeRawPdf({ pages }));
          const options = shown === 'crop box' ? ['-cropbox'] : [];
          const printed = execFileSync('pdftoppm', ['-r', dpi, ...options, path], {
            maxBuffer: 2 ** 30,
            stdio: ['ignore', 'pipe', 'ignore'],
          });
          const expected = pixmapSizes(printed);
          const actual = await geometriesOf(path);
          actual.forEach((geometry, index) => {
            if (!geometry) throw new Error('PDFium finds fewer pages');
            const { widthPixels, heightPixels } = sizeAt(
              shown === 'crop box' ? geometry.cropBox : geometry.mediaBox,
              geometry.rotationDegrees,
              Number(dpi),
            );
            const size = `${widthPixels} ${heightPixels}`;
            if (size !== expected[index]) {
              different.push(`${pages[index]?.entries} at ${dpi}: ${size}, not ${expected[index]}`);
            }
          });
        }
        await rm(folder, { recursive: true });
        expect(different).toEqual([]);
      },
    );
  }
});

type BoxText = readonly [left: string, bottom: string, right: string, top: string];

async function geometriesOf(path: string): Promise<PageInspector['geometries']> {
  const inspector = await PageInspector.open(
    path,
    { maximumPages: 0, pageTimeoutSeconds: 60 },
    new AbortController().signal,
  );
  await inspector.close();
  return inspector.geometries;
}

/** Width and height in pixels, from the coordinates as they are written in a PDF. */
function pixels(box: BoxText, dpi: string): [widthPixels: number, heightPixels: number] {
  // PDFium has floats of 32 bits.
  const [left, bottom, right, top] = box.map((text) => boxCoordinate(Math.fround(Number(text))));
  if (left === undefined || bottom === undefined || right === undefined || top === undefined) {
    throw new Error('A box has four coordinates');
  }
  const { widthPixels, heightPixels } = sizeAt({ left, bottom, right, top }, 0, Number(dpi));
  return [widthPixels, heightPixels];
}

/** Boxes of up to some hundred pixels; half of their edges are as long as a whole number of pixels, or nearly so. */
function randomBox(random: () => number, dpi: number): BoxText {
  const places = Math.floor(random() * 4);
  const [left, bottom] = random() < 0.5 ? [0, 0] : [random() * 700 - 50, random() * 700 - 50];
  const edge = () => (random() < 0.5 ? (Math.ceil(random() * 60) * 72) / dpi : 1 + random() * 40);
  return [
    left.toFixed(places),
    bottom.toFixed(places),
    (Number(left.toFixed(places)) + edge()).toFixed(Math.max(2, places)),
    (Number(bottom.toFixed(places)) + edge()).toFixed(Math.max(2, places)),
  ];
}

/** A box with its corners near those of this one, inside or outside. */
function overlapping(box: BoxText, random: () => number): BoxText {
  const [left, bottom, right, top] = box.map(Number);
  if (left === undefined || bottom === undefined || right === undefined || top === undefined) {
    throw new Error('A box has four coordinates');
  }
  const [width, height] = [right - left, top - bottom];
  const inwards = () => (random() - 0.5) * 0.4;
  return [
    (left + inwards() * width).toFixed(3),
    (bottom + inwards() * height).toFixed(3),
    (right - inwards() * width).toFixed(3),
    (top - inwards() * height).toFixed(3),
  ];
}

/** The pixels between two coordinates by pdftoppm, computed without floats: each of its operations rounds to a double. */
function pdftoppmLength(from: string, to: string, dpi: string): number {
  const start = pdftoppmNumber(from);
  const points = toDouble(sum(pdftoppmNumber(to), { ...start, numerator: -start.numerator }));
  const product = toDouble(times(points, exactly(dpi)));
  return Math.max(1, ceiling(toDouble(times(product, fraction(1n, 72n)))));
}

/** A number of a PDF as pdftoppm reads it: digit by digit. */
function pdftoppmNumber(text: string): Fraction {
  const [whole = '0', places = ''] = text.replace('-', '').split('.');
  const tenth = toDouble(fraction(1n, 10n));
  let number = fraction(BigInt(whole), 1n);
  let scale = tenth;
  for (const digit of places) {
    number = toDouble(sum(number, toDouble(times(scale, fraction(BigInt(digit), 1n)))));
    scale = toDouble(times(scale, tenth));
  }
  return text.startsWith('-') ? { ...number, numerator: -number.numerator } : number;
}

function exactly(text: string): Fraction {
  const [whole = '0', places = ''] = text.split('.');
  return fraction(BigInt(whole + places), 10n ** BigInt(places.length));
}

function fraction(numerator: bigint, denominator: bigint): Fraction {
  return { numerator, denominator };
}

function sum(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

function times(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

function ceiling({ numerator, denominator }: Fraction): number {
  return Number(numerator / denominator + (numerator % denominator > 0n ? 1n : 0n));
}

/** The nearest number with 53 binary digits; of two, the one that ends in 0. */
function toDouble({ numerator, denominator }: Fraction): Fraction {
  if (numerator === 0n) return fraction(0n, 1n);
  if (numerator < 0n) {
    const positive = toDouble(fraction(-numerator, denominator));
    return fraction(-positive.numerator, positive.denominator);
  }
  const digits = (number: bigint) => number.toString(2).length;
  let shift = 53 - (digits(numerator) - digits(denominator));
  const scaled = () => (shift >= 0 ? numerator << BigInt(shift) : numerator);
  const divisor = () => (shift >= 0 ? denominator : denominator << BigInt(-shift));
  if (digits(scaled() / divisor()) > 53) shift -= 1;
  const whole = scaled() / divisor();
  const doubledRest = (scaled() % divisor()) * 2n;
  const isUp = doubledRest > divisor() || (doubledRest === divisor() && whole % 2n === 1n);
  const rounded = whole + (isUp ? 1n : 0n);
  return shift >= 0 ? fraction(rounded, 1n << BigInt(shift)) : fraction(rounded << BigInt(-shift), 1n);
}

/** Numbers from 0 to 1 that are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The sizes of portable pixmaps that follow each other. */
function pixmapSizes(pixmaps: Buffer): string[] {
  const sizes: string[] = [];
  for (let position = 0; position < pixmaps.length; ) {
    const header = /^P6\s(\d+) (\d+)\s255\s/.exec(pixmaps.toString('latin1', position, position + 40));
    if (!header) throw new Error('pdftoppm printed something else');
    sizes.push(`${header[1]} ${header[2]}`);
    position += header[0].length + Number(header[1]) * Number(header[2]) * 3;
  }
  return sizes;
}
