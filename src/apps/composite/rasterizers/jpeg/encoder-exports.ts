/** A number that is known when the encoder is compiled. */
interface Constant {
  readonly value: number;
}

/** What `assembly/encoder.ts` exports. Addresses and lengths are in bytes. */
export interface EncoderExports {
  readonly start: (room: number, whiteLumaCoefficient: number) => void;
  readonly encodeMacroblocks: (pixels: number, strideBytes: number, count: number) => void;
  readonly encodePartOfMacroblock: (
    pixels: number,
    strideBytes: number,
    columns: number,
    rows: number,
  ) => void;
  readonly moveStrip: (file: number) => number;
  readonly finish: (file: number) => number;
  readonly countWhite: (pixels: number, strideBytes: number, count: number) => number;
  readonly ROOM_BYTES: Constant;
  readonly RECIPROCALS_OFFSET: Constant;
  readonly ZIGZAG_SETS_OFFSET: Constant;
  readonly ZIGZAG_PLACES_OFFSET: Constant;
  readonly DC_CODES_OFFSET: Constant;
  readonly AC_CODES_OFFSET: Constant;
  readonly FILE_OFFSET: Constant;
  readonly FILE_BYTES: Constant;
  readonly STRIP_FILE_BYTES: Constant;
  readonly STRIP_MACROBLOCKS: Constant;
}
