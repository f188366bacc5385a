import PDFDocument from 'pdfkit';

/** A page that is one colour from edge to edge. */
export interface ColouredPage {
  readonly widthPoints: number;
  readonly heightPoints: number;
  readonly colour: readonly [red: number, green: number, blue: number];
}

/** Makes a PDF whose pages, 1 by 1 inch, hold their number. */
export function makePdf(pageCount: number): Promise<Buffer> {
  return write((document) => {
    for (let pageNumber = 1; pageNumber <= pageCount; pageNumber += 1) {
      document.addPage({ size: [72, 72], margin: 0 });
      document.fontSize(20).text(String(pageNumber), 10, 20);
    }
  });
}

/** Makes a PDF of one page, 1 by 1 inch, with these options of pdfkit's: passwords, say. */
export function writePdf(
  options: PDFKit.PDFDocumentOptions,
  draw: (page: PDFKit.PDFDocument) => void = () => undefined,
): Promise<Buffer> {
  return write((document) => {
    document.addPage({ size: [72, 72], margin: 0 });
    draw(document);
  }, options);
}

/** Makes a PDF whose pages are told apart by size and colour. */
export function makeColouredPdf(pages: readonly ColouredPage[]): Promise<Buffer> {
  return write((document) => {
    for (const { widthPoints, heightPoints, colour } of pages) {
      document.addPage({ size: [widthPoints, heightPoints], margin: 0 });
      document.rect(0, 0, widthPoints, heightPoints).fill([...colour]);
    }
  });
}

async function write(
  draw: (document: PDFKit.PDFDocument) => void,
  options: PDFKit.PDFDocumentOptions = {},
): Promise<Buffer> {
  const document = new PDFDocument({ autoFirstPage: false, ...options });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  document.on('end', resolve);
  draw(document);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}
