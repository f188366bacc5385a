import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import type { PictureMemory } from '../jpeg/white-sparing-encoder.ts';

/** An instance of PDFium: its functions, and the memory that they work in. It does one thing at a time. */
export type Pdfium = WrappedPdfiumModule & { readonly memory: PdfiumMemory };

/** Why PDFium gets no more memory: it has as much as one instance may take, or the machine has none left. */
export type MemoryRefusal = 'over-limit' | 'none-left';

/** The memory of an instance of PDFium. */
export interface PdfiumMemory {
  /**
   * Why it was refused memory; undefined while it was not. PDFium then goes on, and leaves out what it had no memory for: nothing that was drawn
   * meanwhile can be trusted.
   */
  refusal: MemoryRefusal | undefined;
}

/** The most that one instance may take: twice what the largest picture takes. */
export const MAXIMUM_MEMORY_BYTES = 1024 * 1024 * 1024;

/** The function by which PDFium asks for a larger memory; returns whether it got it. */
const RESIZE_FUNCTION = 'emscripten_resize_heap';

/** Starts an instance of PDFium with a memory of its own. */
export async function startPdfium(module: WebAssembly.Module): Promise<Pdfium> {
  const memory: PdfiumMemory = { refusal: undefined };
  const pdfium = await init({
    instantiateWasm(imports, receiveInstance) {
      const environment = imports['env'] ?? {};
      const resize = environment[RESIZE_FUNCTION];
      const resizeWithinLimit = (requestedBytes: number) => {
        const isWithinLimit = requestedBytes >>> 0 <= MAXIMUM_MEMORY_BYTES;
        const isGranted = isWithinLimit && typeof resize === 'function' && Boolean(resize(requestedBytes));
        if (!isGranted) memory.refusal = isWithinLimit ? 'none-left' : 'over-limit';
        return isGranted;
      };
      const instance = new WebAssembly.Instance(module, {
        ...imports,
        env: { ...environment, [RESIZE_FUNCTION]: resizeWithinLimit },
      });
      receiveInstance(instance);
      return instance.exports;
    },
    // What goes wrong is thrown as well.
    print: () => {},
    printErr: () => {},
  });
  pdfium.PDFiumExt_Init();
  return { ...pdfium, memory };
}

/** Returns the memory that an instance of PDFium draws into. @throws {TypeError} if the library does not export it. */
export function pictureMemory({ pdfium: { wasmExports } }: Pdfium): PictureMemory {
  if (!('memory' in wasmExports) || !(wasmExports.memory instanceof WebAssembly.Memory)) {
    throw new TypeError('PDFium does not show its memory');
  }
  return { memory: wasmExports.memory, malloc: wasmExports.malloc };
}

/**
 * A function of PDFium that takes numbers and returns one, for what is called a million times: the usual way looks it up, and
 * converts what it takes and returns, at each call.
 *
 * @throws {TypeError} if there is no such function.
 */
export function directFunction(
  { pdfium: { wasmExports } }: Pdfium,
  name: string,
): (first: number, second?: number) => number {
  const found: unknown = Reflect.get(wasmExports, name);
  if (typeof found !== 'function') throw new TypeError(`PDFium has no function ${name}`);
  return (first, second) => found(first, second);
}
