// Quantisation (ITU-T T.81, A.3.4): each coefficient is divided, and rounded to the nearest.

const ROW_BYTES: usize = 16;
const SETS_OF_ROW_BYTES: usize = 256 * 8;

/**
 * Quantises a block where it lies.
 *
 * @param reciprocals and `zigzagSets` are those of `room.ts`.
 * @returns the positions in the zigzag of what did not become zero, a bit each.
 */
export function quantise(block: usize, reciprocals: usize, zigzagSets: usize): u64 {
  return (
    quantiseTwoRows(block, reciprocals, zigzagSets) |
    quantiseTwoRows(block + 2 * ROW_BYTES, reciprocals + 2 * ROW_BYTES, zigzagSets + 2 * SETS_OF_ROW_BYTES) |
    quantiseTwoRows(block + 4 * ROW_BYTES, reciprocals + 4 * ROW_BYTES, zigzagSets + 4 * SETS_OF_ROW_BYTES) |
    quantiseTwoRows(block + 6 * ROW_BYTES, reciprocals + 6 * ROW_BYTES, zigzagSets + 6 * SETS_OF_ROW_BYTES)
  );
}

function quantiseTwoRows(rows: usize, reciprocals: usize, zigzagSets: usize): u64 {
  const first = i16x8.q15mulr_sat_s(v128.load(rows), v128.load(reciprocals));
  const second = i16x8.q15mulr_sat_s(v128.load(rows, 16), v128.load(reciprocals, 16));
  v128.store(rows, first);
  v128.store(rows, second, 16);
  const zero = i16x8.splat(0);
  const isSet = i8x16.narrow_i16x8_s(i16x8.ne(first, zero), i16x8.ne(second, zero));
  const columns = i8x16.bitmask(isSet) as usize;
  return (
    load<u64>(zigzagSets + (columns & 0xff) * 8) |
    load<u64>(zigzagSets + SETS_OF_ROW_BYTES + (columns >> 8) * 8)
  );
}
