import { broken, notUnderstood } from '../unreadable-image.ts';

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAXIMUM_CODES = 4096;

/**
 * Decodes LZW as TIFF has it: codes of 9 to 12 bits, highest bit first, that grow one code early.
 *
 * What a code means was written before it: each code is a place in the output, and a length.
 *
 * @returns as many bytes as there are, `maximumBytes` at most.
 * @throws {UnreadableImageError}
 */
export function decodeLzw(input: Uint8Array, maximumBytes: number): Uint8Array {
  if (input[0] === 0 && ((input[1] ?? 0) & 1) === 1) throw notUnderstood('LZW of the old kind');
  const output = new Uint8Array(maximumBytes);
  const places = new Uint32Array(MAXIMUM_CODES);
  const lengths = new Uint32Array(MAXIMUM_CODES);
  let nextCode = FIRST_FREE;
  let codeBits = 9;
  let held = 0;
  let heldBits = 0;
  let at = 0;
  let written = 0;
  let previousPlace = 0;
  let previousLength = 0;
  while (written < maximumBytes) {
    while (heldBits < codeBits && at < input.length) {
      held = ((held << 8) | (input[at] ?? 0)) & 0xffffff;
      at += 1;
      heldBits += 8;
    }
    if (heldBits < codeBits) break;
    heldBits -= codeBits;
    const code = (held >> heldBits) & ((1 << codeBits) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      nextCode = FIRST_FREE;
      codeBits = 9;
      previousLength = 0;
      continue;
    }
    const start = written;
    if (code < CLEAR) {
      output[written] = code;
      written += 1;
    } else {
      const isNew = code === nextCode && previousLength > 0;
      if (code >= nextCode && !isNew) throw broken('its LZW has a code that means nothing');
      const place = isNew ? previousPlace : (places[code] ?? 0);
      const length = isNew ? previousLength + 1 : (lengths[code] ?? 0);
      const end = Math.min(written + length, maximumBytes);
      // Byte by byte, as a new code reads what it writes.
      for (let from = place; written < end; from += 1, written += 1) output[written] = output[from] ?? 0;
    }
    if (previousLength > 0 && nextCode < MAXIMUM_CODES) {
      places[nextCode] = previousPlace;
      lengths[nextCode] = previousLength + 1;
      nextCode += 1;
      if (nextCode + 1 >= 1 << codeBits && codeBits < 12) codeBits += 1;
    }
    previousPlace = start;
    previousLength = written - start;
  }
  return output.subarray(0, written);
}
