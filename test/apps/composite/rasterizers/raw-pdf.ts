/** A page as it stands in the file. */
export interface RawPage {
  /** What its dictionary holds beside its type, parent and content: `/MediaBox [0 0 72 72]`. */
  readonly entries?: string;
  /** What is drawn, as PDF operators. */
  readonly content?: string;
}

/** A PDF written by hand, for what no library writes: inherited entries, boxes within boxes, broken pages. */
export interface RawPdf {
  /** A text stands in the page tree instead of a page. */
  readonly pages: readonly (RawPage | string)[];
  /** What all pages inherit. */
  readonly inherited?: string;
  /** Further objects, from number `FIRST_OBJECT` on. */
  readonly objects?: readonly (string | { readonly entries: string; readonly data: Uint8Array })[];
}

/** The number of the first further object. */
export const FIRST_OBJECT = 3;

/** Writes a PDF. */
export function writeRawPdf({ pages, inherited = '', objects = [] }: RawPdf): Buffer {
  const firstPage = FIRST_OBJECT + objects.length;
  const numbered = pages.map((page, index) => ({ page, number: firstPage + index * 2 }));
  const kids = numbered.map(({ page, number }) => (typeof page === 'string' ? page : `${number} 0 R`));
  const bodies: Buffer[] = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(`<< /Type /Pages /Count ${pages.length} /Kids [${kids.join(' ')}] ${inherited} >>`),
    ...objects.map((object) =>
      typeof object === 'string' ? Buffer.from(object) : stream(object.entries, object.data),
    ),
    ...numbered.flatMap(({ page, number }) => {
      const { entries = '', content = '' } = typeof page === 'string' ? {} : page;
      return [
        Buffer.from(`<< /Type /Page /Parent 2 0 R /Contents ${number + 1} 0 R ${entries} >>`),
        stream('', Buffer.from(content)),
      ];
    }),
  ];
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  let length = parts[0]?.length ?? 0;
  const offsets: number[] = [];
  bodies.forEach((body, index) => {
    offsets.push(length);
    const object = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')]);
    parts.push(object);
    length += object.length;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = bodies.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

function stream(entries: string, data: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`<< /Length ${data.length} ${entries} >>\nstream\n`),
    data,
    Buffer.from('\nendstream'),
  ]);
}
