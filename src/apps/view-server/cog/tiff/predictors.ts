/** Whole numbers without a sign, as wide as a sample. */
type Words = Uint8Array | Uint16Array | Uint32Array;

/** Adds to each sample of a row the one of the same band before it. */
export function undoHorizontal(words: Words, rowSamples: number, bandCount: number): void {
  for (let row = 0; row < words.length; row += rowSamples) {
    const end = Math.min(row + rowSamples, words.length);
    for (let at = row + bandCount; at < end; at += 1) {
      words[at] = (words[at] ?? 0) + (words[at - bandCount] ?? 0);
    }
  }
}

/** Takes from each sample of a row the one of the same band before it. */
export function applyHorizontal(words: Words, rowSamples: number, bandCount: number): void {
  for (let row = 0; row < words.length; row += rowSamples) {
    for (let at = row + rowSamples - 1; at >= row + bandCount; at -= 1) {
      words[at] = (words[at] ?? 0) - (words[at - bandCount] ?? 0);
    }
  }
}

/** Undoes the predictor of floating point: sums of bytes, all first bytes of a row before all second ones. */
export function undoFloatingPoint(
  bytes: Uint8Array,
  rowSamples: number,
  sampleBytes: number,
  bandCount: number,
): void {
  const rowBytes = rowSamples * sampleBytes;
  const shuffled = new Uint8Array(rowBytes);
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    shuffled.set(bytes.subarray(row, row + rowBytes));
    for (let at = bandCount; at < rowBytes; at += 1) {
      shuffled[at] = (shuffled[at] ?? 0) + (shuffled[at - bandCount] ?? 0);
    }
    for (let sample = 0; sample < rowSamples; sample += 1) {
      // The highest byte comes first, whatever the order of the file; this machine has the lowest first.
      for (let byte = 0; byte < sampleBytes; byte += 1) {
        bytes[row + sample * sampleBytes + byte] =
          shuffled[(sampleBytes - 1 - byte) * rowSamples + sample] ?? 0;
      }
    }
  }
}

/** The opposite of {@link undoFloatingPoint}. */
export function applyFloatingPoint(
  bytes: Uint8Array,
  rowSamples: number,
  sampleBytes: number,
  bandCount: number,
): void {
  const rowBytes = rowSamples * sampleBytes;
  const shuffled = new Uint8Array(rowBytes);
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    for (let sample = 0; sample < rowSamples; sample += 1) {
      for (let byte = 0; byte < sampleBytes; byte += 1) {
        shuffled[(sampleBytes - 1 - byte) * rowSamples + sample] =
          bytes[row + sample * sampleBytes + byte] ?? 0;
      }
    }
    for (let at = rowBytes - 1; at >= bandCount; at -= 1) {
      shuffled[at] = (shuffled[at] ?? 0) - (shuffled[at - bandCount] ?? 0);
    }
    bytes.set(shuffled, row);
  }
}
