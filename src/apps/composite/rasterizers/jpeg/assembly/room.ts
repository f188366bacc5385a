// Where things lie in the room that the encoder is given, in bytes from its start. The tables are filled by
// `white-sparing-encoder.ts`. There is no other memory: a static one would lie where PDFium has its own.

/** Red, green and blue of a macroblock apart: 16 rows with 16 bytes of each. */
export const PLANES_OFFSET: usize = 0;

/** A macroblock's four blocks of luma, one of Cb, and one of Cr: 64 words of 16 bits each. */
export const BLOCKS_OFFSET: usize = 768;

/** A macroblock that reaches beyond the picture, with the picture's last pixels repeated: 16 rows of 16 pixels. */
export const PADDED_OFFSET: usize = 1536;

/** For luma, then for chroma: 32768 divided by what each coefficient is divided by, in 16 bits. */
export const RECIPROCALS_OFFSET: usize = 2304;

/** For each row of a block and each set of its eight columns: that set, in 64 bits, as positions in the zigzag. */
export const ZIGZAG_SETS_OFFSET: usize = 2560;

/** For each position in the zigzag: where its coefficient lies in a block, in bytes. */
export const ZIGZAG_PLACES_OFFSET: usize = 18944;

/** Codes for luma, then for chroma. Each has 32 bits: its length in the upper half, itself in the lower. */
export const DC_CODES_OFFSET: usize = 19008;
export const AC_CODES_OFFSET: usize = 19136;

/** The bits of one strip, before their bytes are in order. */
export const STRIP_OFFSET: usize = 21184;

/** A strip is at most so many macroblocks, side by side. */
export const STRIP_MACROBLOCKS: i32 = 256;

/** The longest code of a coefficient has 16 bits, with 10 of its value; there are 6 × 64. */
const MACROBLOCK_BYTES: usize = (6 * 64 * 26) / 8;

const STRIP_BYTES: usize = (STRIP_MACROBLOCKS as usize) * MACROBLOCK_BYTES + 16;

/** What a strip can come to in the file, where a zero follows each byte of ones. */
export const STRIP_FILE_BYTES: usize = 2 * STRIP_BYTES;

export const FILE_OFFSET: usize = STRIP_OFFSET + STRIP_BYTES;

/** The piece of the file that is collected here before it is taken. */
export const FILE_BYTES: usize = 1024 * 1024 + STRIP_FILE_BYTES;

export const ROOM_BYTES: usize = FILE_OFFSET + FILE_BYTES;
