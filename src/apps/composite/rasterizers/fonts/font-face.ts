import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Font, FontCollection } from 'fontkitten';

/** A font in a file. What it takes of memory is PDFium's copy alone. */
export class FontFace {
  readonly path: string;
  #sizeBytes: number | undefined;
  #letters: ReadonlySet<number> | undefined;
  readonly #glyphs = new Map<number, number>();

  constructor(path: string) {
    this.path = path;
  }

  /** @throws where the file cannot be read. */
  get sizeBytes(): number {
    this.#sizeBytes ??= withFile(this.path, (descriptor) => fstatSync(descriptor).size);
    return this.#sizeBytes;
  }

  /** Copies the file's bytes. @throws where it cannot be read. */
  readInto(target: Uint8Array): void {
    withFile(this.path, (descriptor) => readSync(descriptor, target, { length: target.length }));
  }

  /** The code points of the letters that the font has. @throws where the file is no font. */
  async letters(): Promise<ReadonlySet<number>> {
    this.#letters ??= new Set((await this.#parse()).characterSet);
    return this.#letters;
  }

  /** The number of a letter's picture in the font; 0 where it has none. @throws where the file is no font. */
  async glyphOf(codePoint: number): Promise<number> {
    const known = this.#glyphs.get(codePoint);
    if (known !== undefined) return known;
    const glyph = (await this.#parse()).glyphForCodePoint(codePoint).id;
    this.#glyphs.set(codePoint, glyph);
    return glyph;
  }

  /** Not kept, as it holds the whole file in memory. */
  async #parse(): Promise<Font> {
    // Only few documents need it, so it does not slow down the start of a thread.
    const { create } = await import('fontkitten');
    return firstFont(create(readFileSync(this.path)));
  }
}

function firstFont(file: Font | FontCollection): Font {
  if (!file.isCollection) return file;
  const [first] = file.fonts;
  if (!first) throw new Error('A collection of fonts is empty');
  return first;
}

function withFile<T>(path: string, use: (descriptor: number) => T): T {
  const descriptor = openSync(path, 'r');
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
