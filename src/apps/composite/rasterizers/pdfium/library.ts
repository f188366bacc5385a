import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';

// Node has WebAssembly, but its types stand in the library of the browser alone.
declare global {
  namespace WebAssembly {
    type Imports = Record<string, Record<string, unknown>>;
    type Exports = Record<string, unknown>;
    class Module {
      constructor(bytes: Uint8Array);
    }
    class Instance {
      constructor(module: Module, imports: Imports);
      readonly exports: Exports;
    }
  }
}

/** PDFium's functions, and the memory that they work in. One instance does one thing at a time. */
export type Pdfium = WrappedPdfiumModule;

/** Compiles PDFium: once in a process, as its threads can share it, and with it what V8 optimizes on the way. */
export function compilePdfium(): WebAssembly.Module {
  return new WebAssembly.Module(
    readFileSync(createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm')),
  );
}

/** An instance of PDFium with a memory of its own. */
export async function startPdfium(module: WebAssembly.Module): Promise<Pdfium> {
  const pdfium = await init({
    instantiateWasm(imports, receiveInstance) {
      const instance = new WebAssembly.Instance(module, imports);
      receiveInstance(instance);
      return instance.exports;
    },
    // What goes wrong is thrown as well.
    print: () => {},
    printErr: () => {},
  });
  pdfium.PDFiumExt_Init();
  return pdfium;
}
