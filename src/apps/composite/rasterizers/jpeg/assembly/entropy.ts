// Huffman codes of coefficients (ITU-T T.81, F.1.2), collected as words of 32 bits. Each word is written whether it is full
// or not, and written again until it is: a branch that depends on the data would take longer.

/** Up to 31 bits that are still to be written, at the lower end; what is above them has been written. */
let pendingBits: u64 = 0;
let pendingCount: u32 = 0;

/** Where the next word goes. */
let nextWord: usize = 0;

const CODE_BYTES: usize = 4;
const END_OF_BLOCK: usize = 0;
const SIXTEEN_ZEROS: usize = 0xf0;

export function startWriting(words: usize): void {
  pendingBits = 0;
  pendingCount = 0;
  nextWord = words;
}

/** Writes 32 bits. */
export function writeWord(bits: u32): void {
  pendingBits = (pendingBits << 32) | (bits as u64);
  store<u32>(nextWord, (pendingBits >> pendingCount) as u32);
  nextWord += 4;
}

/** Writes a block whose coefficients are zero, except for the first. */
export function writeFlatBlock(dcDifference: i32, dcCodes: usize, acCodes: usize): void {
  writeBlock(dcDifference, 0, 0, 0, dcCodes, acCodes);
}

/**
 * Writes a block.
 *
 * @param dcDifference its first coefficient less that of the last block of the same kind.
 * @param positions those in the zigzag of all coefficients that are not zero.
 */
export function writeBlock(
  dcDifference: i32,
  positions: u64,
  block: usize,
  zigzagPlaces: usize,
  dcCodes: usize,
  acCodes: usize,
): void {
  let bits = pendingBits;
  let count = pendingCount;
  let to = nextWord;

  const dcSize = sizeOf(dcDifference);
  const dcCode = load<u32>(dcCodes + (dcSize as usize) * CODE_BYTES);
  count += codeLength(dcCode) + dcSize;
  bits = (bits << (codeLength(dcCode) + dcSize)) | codeWithValue(dcCode, dcDifference, dcSize);
  store<u32>(to, (bits >> (count & 31)) as u32);
  to += (count >> 5) << 2;
  count &= 31;

  let rest = positions & ~(1 as u64);
  let last: u32 = 0;
  while (rest !== 0) {
    const position = ctz<u64>(rest) as u32;
    rest &= rest - 1;
    let zeros = position - last - 1;
    last = position;
    while (zeros > 15) {
      const code = load<u32>(acCodes + SIXTEEN_ZEROS * CODE_BYTES);
      count += codeLength(code);
      bits = (bits << codeLength(code)) | (code & 0xffff);
      store<u32>(to, (bits >> (count & 31)) as u32);
      to += (count >> 5) << 2;
      count &= 31;
      zeros -= 16;
    }
    const value = load<i16>(block + load<u8>(zigzagPlaces + position)) as i32;
    const size = sizeOf(value);
    const code = load<u32>(acCodes + (((zeros << 4) | size) as usize) * CODE_BYTES);
    count += codeLength(code) + size;
    bits = (bits << (codeLength(code) + size)) | codeWithValue(code, value, size);
    store<u32>(to, (bits >> (count & 31)) as u32);
    to += (count >> 5) << 2;
    count &= 31;
  }
  if (last !== 63) {
    const code = load<u32>(acCodes + END_OF_BLOCK * CODE_BYTES);
    count += codeLength(code);
    bits = (bits << codeLength(code)) | (code & 0xffff);
    store<u32>(to, (bits >> (count & 31)) as u32);
    to += (count >> 5) << 2;
    count &= 31;
  }

  pendingBits = bits;
  pendingCount = count;
  nextWord = to;
}

/**
 * Moves the words that are complete into the file, with their bytes in order and a zero after each byte of ones
 * (B.1.1.5).
 *
 * @returns where the file ends.
 */
export function moveWords(words: usize, file: usize): usize {
  let from = words;
  for (; from + 16 <= nextWord; from += 16) {
    const four = v128.load(from);
    const bytes = v128.shuffle<i8>(four, four, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    if (v128.any_true(i8x16.eq(bytes, i8x16.splat(-1)))) {
      for (let at: usize = 0; at < 16; at += 4) file = moveBytes(load<u32>(from + at), 32, file);
    } else {
      v128.store(file, bytes);
      file += 16;
    }
  }
  for (; from < nextWord; from += 4) file = moveBytes(load<u32>(from), 32, file);
  nextWord = words;
  return file;
}

/** Moves what is left into the file, filled up with ones to a whole byte (F.1.2.3). */
export function moveLastBits(file: usize): usize {
  const filling = -(pendingCount as i32) & 7;
  const bits = (pendingBits << filling) | ((1 << filling) - 1);
  return moveBytes(bits, pendingCount + filling, file);
}

function moveBytes(bits: u64, count: i32, file: usize): usize {
  for (let shift = count - 8; shift >= 0; shift -= 8) {
    const byte = ((bits >> shift) & 0xff) as u8;
    store<u8>(file, byte);
    file += 1;
    if (byte === 0xff) {
      store<u8>(file, 0);
      file += 1;
    }
  }
  return file;
}

/** How many bits a value takes, without its sign (F.1.2.1.1). */
function sizeOf(value: i32): u32 {
  const sign = value >> 31;
  return 32 - clz<u32>((value ^ sign) - sign);
}

function codeLength(code: u32): u32 {
  return code >> 16;
}

/** A code, and after it the value: one less where it is negative, and in both cases only its lowest bits. */
function codeWithValue(code: u32, value: i32, size: u32): u64 {
  return (((code & 0xffff) << size) | (((value + (value >> 31)) as u32) & ((1 << size) - 1))) as u64;
}
