import type { Samples, SampleType } from '../cog-reader.ts';

const SAMPLE_BYTES: Readonly<Record<SampleType, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  float64: 8,
};

/** Values that samples of a type of whole numbers can have. */
const RANGES: Readonly<Partial<Record<SampleType, readonly [lowest: number, highest: number]>>> = {
  uint8: [0, 0xff],
  int8: [-0x80, 0x7f],
  uint16: [0, 0xffff],
  int16: [-0x8000, 0x7fff],
  uint32: [0, 0xffffffff],
  int32: [-0x80000000, 0x7fffffff],
};

/** Bytes of a sample. */
export function bytesOf(type: SampleType): number {
  return SAMPLE_BYTES[type];
}

/** The lowest and the highest whole number of a type; `undefined` for floating point. */
export function rangeOf(type: SampleType): readonly [lowest: number, highest: number] | undefined {
  return RANGES[type];
}

/** Makes samples that are all 0. */
export function makeSamples(type: SampleType, count: number): Samples {
  return viewSamples(type, new Uint8Array(count * bytesOf(type)));
}

/** Sees bytes in the order of this machine as samples. What is not aligned is copied. */
export function viewSamples(type: SampleType, unaligned: Uint8Array): Samples {
  const bytes = unaligned.byteOffset % bytesOf(type) === 0 ? unaligned : new Uint8Array(unaligned);
  const count = Math.floor(bytes.length / bytesOf(type));
  const { buffer, byteOffset } = bytes;
  switch (type) {
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, count);
    case 'int8':
      return new Int8Array(buffer, byteOffset, count);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, count);
    case 'int16':
      return new Int16Array(buffer, byteOffset, count);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, count);
    case 'int32':
      return new Int32Array(buffer, byteOffset, count);
    case 'float32':
      return new Float32Array(buffer, byteOffset, count);
    case 'float64':
      return new Float64Array(buffer, byteOffset, count);
  }
}

/** Sees samples as bytes, in the order of this machine. */
export function bytesOfSamples(samples: Samples): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/**
 * Gives the memory of samples or bytes back at once. They are empty then, and so is what else sees the same memory.
 * Without it, what is no longer used piles up to tens of megabytes in each thread before it is collected. Memory that
 * they share with others stays.
 */
export function release({ buffer, byteLength }: Samples): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0);
}

/** Turns the bytes of each sample round, in place. */
export function swapBytes(bytes: Buffer, sampleBytes: number): void {
  if (sampleBytes === 2) bytes.swap16();
  else if (sampleBytes === 4) bytes.swap32();
  else if (sampleBytes === 8) bytes.swap64();
}
