/**
 * Decodes PackBits: runs of one byte, and bytes as they are.
 *
 * @returns as many bytes as there are, `maximumBytes` at most.
 */
export function decodePackBits(input: Uint8Array, maximumBytes: number): Uint8Array {
  const output = new Uint8Array(maximumBytes);
  let written = 0;
  for (let at = 0; at < input.length && written < maximumBytes; ) {
    const head = input[at] ?? 0;
    at += 1;
    if (head < 128) {
      const literal = input.subarray(at, Math.min(at + head + 1, at + maximumBytes - written));
      output.set(literal, written);
      written += literal.length;
      at += head + 1;
    } else if (head > 128) {
      const end = Math.min(written + 257 - head, maximumBytes);
      output.fill(input[at] ?? 0, written, end);
      written = end;
      at += 1;
    }
  }
  return output.subarray(0, written);
}
