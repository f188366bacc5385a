// What ITU-T T.81 prints in its annex K, and libjpeg uses too.

/** The order of a block's coefficients: for each position, eight times the row plus the column (T.81, figure A.6). */
export const ZIGZAG: readonly number[] = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
];

/** Divisors for quality 50, row after row (tables K.1 and K.2). */
const LUMA_DIVISORS: readonly number[] = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA_DIVISORS: readonly number[] = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/** How many codes there are of 1 to 16 bits, and what they mean, in order (B.2.4.2). */
export interface HuffmanTable {
  readonly codesOfLength: readonly number[];
  readonly symbols: readonly number[];
}

/** What is different for luma and chroma. */
export interface ComponentTables {
  /** Row after row, from 1 to 255. */
  readonly divisors: readonly number[];
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

const DC_SYMBOLS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** Table K.3. */
const LUMA_DC: HuffmanTable = {
  codesOfLength: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
  symbols: DC_SYMBOLS,
};

/** Table K.4. */
const CHROMA_DC: HuffmanTable = {
  codesOfLength: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
  symbols: DC_SYMBOLS,
};

/** Table K.5. */
const LUMA_AC: HuffmanTable = {
  codesOfLength: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
  symbols: bytes(
    '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435' +
      '363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798' +
      '999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4' +
      'f5f6f7f8f9fa',
  ),
};

/** Table K.6. */
const CHROMA_AC: HuffmanTable = {
  codesOfLength: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
  symbols: bytes(
    '0001020311040521310612415107617113223281081442' +
      '91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a63' +
      '6465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2' +
      'c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
  ),
};

/**
 * The tables for luma and for chroma.
 *
 * @param quality from 1 to 100, as libjpeg means it.
 */
export function tablesForQuality(quality: number): readonly [luma: ComponentTables, chroma: ComponentTables] {
  return [
    { divisors: scaled(LUMA_DIVISORS, quality), dc: LUMA_DC, ac: LUMA_AC },
    { divisors: scaled(CHROMA_DIVISORS, quality), dc: CHROMA_DC, ac: CHROMA_AC },
  ];
}

/** As `jpeg_quality_scaling` and `jpeg_add_quant_table` of libjpeg do it. */
function scaled(divisors: readonly number[], quality: number): number[] {
  const percentage = quality < 50 ? Math.trunc(5000 / quality) : 200 - 2 * quality;
  return divisors.map((divisor) => Math.min(255, Math.max(1, Math.trunc((divisor * percentage + 50) / 100))));
}

function bytes(hexadecimal: string): readonly number[] {
  return [...Buffer.from(hexadecimal, 'hex')];
}
