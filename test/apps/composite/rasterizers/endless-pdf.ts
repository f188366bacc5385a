import { FIRST_OBJECT, type RawPage, writeRawPdf } from './raw-pdf.ts';

/** Three pages; the second one is filled with tiles a thousandth of a point apart, which takes hours. */
export function endlessPdf(firstAndLast: RawPage): Buffer {
  return writeRawPdf({
    objects: [
      {
        entries:
          '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.001 /YStep 0.001 /Resources << >>',
        data: Buffer.from('1 0 0 rg 0 0 1 1 re f'),
      },
    ],
    pages: [
      firstAndLast,
      {
        entries: `/MediaBox [0 0 612 792] /Resources << /Pattern << /Tile ${FIRST_OBJECT} 0 R >> >>`,
        content: '/Pattern cs /Tile scn 0 0 612 792 re f',
      },
      firstAndLast,
    ],
  });
}
