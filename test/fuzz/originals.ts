import { deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';
import { FIRST_OBJECT, writeRawPdf } from '../apps/composite/rasterizers/raw-pdf.ts';

/** Small whole PDFs that between them have most of what a PDF can hold; the same bytes each time. */
export async function makeOriginals(): Promise<readonly Buffer[]> {
  return [
    writeRawPdf({ pages: [{ entries: '/MediaBox [0 0 200 100]', content: '1 0 0 rg 9 9 99 50 re f' }] }),
    manyBoxes(),
    images(),
    patternsAndShadings(),
    transparency(),
    fieldsAndAnnotations(),
    textInStandardFonts(),
    typeThreeFont(),
    optionalContent(),
    await libraryPdf({ pdfVersion: '1.3', compress: true }),
    await libraryPdf({ pdfVersion: '1.7', compress: false }),
    await libraryPdf({ pdfVersion: '1.7ext3', compress: true, ownerPassword: 'owner' }),
    await libraryPdf({ pdfVersion: '1.4', compress: true, ownerPassword: 'owner' }),
  ];
}

const SIZE = '/MediaBox [0 0 200 200]';

function manyBoxes(): Buffer {
  return writeRawPdf({
    inherited: '/MediaBox [0 0 200 100] /Rotate 90',
    pages: [
      { content: '0 0 1 rg 0 0 99 99 re f' },
      { entries: '/CropBox [20 20 90 90] /UserUnit 2', content: '0 1 0 rg 0 0 99 99 re f' },
      { entries: '/Rotate -180 /MediaBox [-50 -50 50 50] /ArtBox [0 0 9 9]', content: '0 0 50 50 re S' },
    ],
  });
}

function packed(entries: string, data: string | Uint8Array): { entries: string; data: Uint8Array } {
  return { entries: `${entries} /Filter /FlateDecode`, data: deflateSync(data) };
}

function images(): Buffer {
  const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, index) => (index * 37) % 256);
  const image = '/Type /XObject /Subtype /Image /Width 16 /Height 16 /BitsPerComponent 8';
  return writeRawPdf({
    objects: [
      packed(`${image} /ColorSpace /DeviceRGB /SMask ${FIRST_OBJECT + 1} 0 R`, pixels),
      packed(`${image} /ColorSpace /DeviceGray`, pixels.subarray(0, 256)),
      packed(
        `${image} /ColorSpace [/Indexed /DeviceRGB 3 <ff000000ff000000ffffffff>] /DecodeParms << /Predictor 15 /Columns 16 >>`,
        Uint8Array.from({ length: 17 * 16 }, (_, index) => (index % 17 === 0 ? (index / 17) % 5 : index % 4)),
      ),
      {
        entries: `${image.replace('/BitsPerComponent 8', '/BitsPerComponent 1')} /ImageMask true /Filter [/ASCIIHexDecode /RunLengthDecode]`,
        data: Buffer.from('f1aaf15580>'),
      },
      {
        entries: `${image.replace('/BitsPerComponent 8', '/BitsPerComponent 1')} /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 16 /Rows 16 >>`,
        data: Buffer.from('26a0d5c0d5c0001001', 'hex'),
      },
      {
        entries: `${image} /ColorSpace /DeviceCMYK /Decode [1 0 1 0 1 0 1 0] /Filter [/ASCII85Decode /LZWDecode]`,
        data: Buffer.from('J,g]g3$]7K!!*(C%KMTr+X$n~>'),
      },
    ],
    pages: [
      {
        entries: `${SIZE} /Resources << /XObject << ${[0, 2, 3, 4, 5].map((index) => `/I${index} ${FIRST_OBJECT + index} 0 R`).join(' ')} >> >>`,
        content: [0, 2, 3, 4, 5]
          .map((index) => `q 60 0 9 60 ${index * 30} ${index * 25} cm /I${index} Do Q`)
          .join(' ')
          .concat(' BI /W 2 /H 2 /CS /RGB /BPC 8 /F /AHx ID ff000000ff000000ff00ff00> EI'),
      },
    ],
  });
}

function patternsAndShadings(): Buffer {
  const colors = '<< /FunctionType 2 /Domain [0 1] /C0 [1 0 0] /C1 [0 0 1] /N 1 >>';
  const shadings = [
    `<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 99 99] /Function ${colors} /Extend [true true] >>`,
    `<< /ShadingType 3 /ColorSpace /DeviceRGB /Coords [50 50 9 50 50 60] /Function << /FunctionType 3 /Domain [0 1] /Functions [${colors} ${colors}] /Bounds [0.5] /Encode [0 1 1 0] >> >>`,
  ];
  return writeRawPdf({
    objects: [
      packed(
        '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 10 /YStep 10 /Resources << >>',
        '0 0 1 rg 0 0 5 5 re f',
      ),
      ...shadings,
      packed(
        '/ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1 0 1] /Matrix [50 0 0 50 100 100] /Function << /FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1] >>',
        '{ 2 copy mul sin abs }',
      ),
      packed(
        '/ShadingType 4 /ColorSpace /DeviceRGB /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8 /Decode [0 200 0 200 0 1 0 1 0 1]',
        Buffer.from('000000ff000000ff0000ff0000ffff0000ff', 'hex'),
      ),
      packed(
        '/FunctionType 0 /Domain [0 1] /Range [0 1] /Size [4] /BitsPerSample 8',
        Buffer.from([0, 90, 180, 255]),
      ),
    ],
    pages: [
      {
        entries: `${SIZE} /Resources << /Pattern << /P ${FIRST_OBJECT} 0 R /S << /PatternType 2 /Shading ${FIRST_OBJECT + 1} 0 R >> >> /Shading << /A ${FIRST_OBJECT + 1} 0 R /B ${FIRST_OBJECT + 2} 0 R /C ${FIRST_OBJECT + 3} 0 R /D ${FIRST_OBJECT + 4} 0 R >> /ColorSpace << /Spot [/Separation /Ink /DeviceGray ${FIRST_OBJECT + 5} 0 R] >> >>`,
        content:
          '/Pattern cs /P scn 0 0 80 80 re f /S scn 80 0 80 80 re f /Spot cs 0.4 scn 0 80 40 40 re f ' +
          'q 50 100 50 50 re W n /A sh Q /B sh /C sh /D sh [3 2] 1 d 2 w 1 J 1 j 5 5 m 20 190 150 9 190 190 c S',
      },
    ],
  });
}

function transparency(): Buffer {
  const form =
    '/Type /XObject /Subtype /Form /BBox [0 0 150 150] /Group << /S /Transparency /I true /K false >>';
  return writeRawPdf({
    objects: [
      '<< /Type /ExtGState /BM /Multiply /ca 0.5 /CA 0.3 >>',
      packed(`${form} /Resources << >>`, '1 0 0 rg 0 0 99 99 re f'),
      packed(
        `${form} /Matrix [1 0.2 0 1 9 9] /Resources << /XObject << /Inner ${FIRST_OBJECT + 1} 0 R >> /ExtGState << /G ${FIRST_OBJECT} 0 R >> >>`,
        '/G gs /Inner Do 0 1 0 RG 9 w 0 0 m 99 99 l S',
      ),
      `<< /Type /ExtGState /SMask << /S /Luminosity /G ${FIRST_OBJECT + 1} 0 R /BC [0] >> >>`,
    ],
    pages: [
      {
        entries: `${SIZE} /Group << /S /Transparency /CS /DeviceRGB >> /Resources << /XObject << /F ${FIRST_OBJECT + 2} 0 R >> /ExtGState << /G ${FIRST_OBJECT} 0 R /M ${FIRST_OBJECT + 3} 0 R >> >>`,
        content: '/G gs 0 0 1 rg 0 0 120 120 re f q /M gs /F Do Q /F Do',
      },
    ],
  });
}

function fieldsAndAnnotations(): Buffer {
  const appearance = packed('/Type /XObject /Subtype /Form /BBox [0 0 20 20]', '1 0 0 rg 0 0 20 20 re f');
  const annotations = [
    `<< /Type /Annot /Subtype /Stamp /F 4 /Rect [10 10 30 30] /AP << /N ${FIRST_OBJECT} 0 R >> >>`,
    '<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (value) /DA (/Helv 9 Tf 0 g) /F 4 /Rect [60 60 120 80] >>',
    '<< /Type /Annot /Subtype /Widget /FT /Btn /T (b) /AS /On /F 4 /Rect [60 90 70 100] /MK << /CA (4) /BC [1 0 0] >> >>',
    '<< /Type /Annot /Subtype /Highlight /C [1 1 0] /Rect [0 150 99 160] /QuadPoints [0 160 99 160 0 150 99 150] >>',
    '<< /Type /Annot /Subtype /Ink /C [0 0 1] /Rect [0 0 99 99] /InkList [[1 1 50 99 99 1]] /BS << /W 3 >> >>',
    '<< /Type /Annot /Subtype /Link /Border [2 2 1] /Rect [120 120 190 190] /A << /S /URI /URI (http://a.example) >> >>',
    '<< /Type /Annot /Subtype /FreeText /DA (/Helv 12 Tf) /Contents (free) /Rect [100 10 190 40] >>',
  ];
  return writeRawPdf({
    objects: [appearance, ...annotations],
    pages: [
      {
        entries: `${SIZE} /Annots [${annotations.map((_, index) => `${FIRST_OBJECT + index + 1} 0 R`).join(' ')}]`,
      },
    ],
  });
}

function textInStandardFonts(): Buffer {
  const toUnicode =
    '/CIDInit /ProcSet findresource begin 1 begincmap 1 beginbfrange <41> <5a> <0041> endbfrange endcmap end';
  return writeRawPdf({
    objects: [
      `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [65 /B /Euro /Lslash] >> /ToUnicode ${FIRST_OBJECT + 2} 0 R >>`,
      '<< /Type /Font /Subtype /Type0 /BaseFont /Unknown /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Unknown /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /DW 900 /W [1 [500 600] 9 20 700] /FontDescriptor << /Type /FontDescriptor /FontName /Unknown /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >> >>] >>',
      packed('', toUnicode),
      '<< /Type /Font /Subtype /TrueType /BaseFont /Times-BoldItalic /FirstChar 32 /LastChar 34 /Widths [250 300 400] /Encoding /WinAnsiEncoding >>',
    ],
    pages: [
      {
        entries: `${SIZE} /Resources << /Font << /A ${FIRST_OBJECT} 0 R /B ${FIRST_OBJECT + 1} 0 R /C ${FIRST_OBJECT + 3} 0 R >> >>`,
        content:
          'BT /A 24 Tf 9 150 Td 2 Tr (ABC text) Tj 0 -30 TD 3 Tc 120 Tz [(kern) -200 (ed)] TJ /B 12 Tf T* <004100420043> Tj ET ' +
          "BT /C 18 Tf 1 0.3 -0.3 1 20 30 Tm 14 TL (turned) ' 7 Tr (clip) Tj ET 0 0 1 rg 0 0 200 200 re f",
      },
    ],
  });
}

function typeThreeFont(): Buffer {
  return writeRawPdf({
    objects: [
      packed('', '500 0 0 0 500 500 d1 0 0 500 500 re f'),
      `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 500] /FontMatrix [0.001 0 0 0.001 0 0] /CharProcs << /box ${FIRST_OBJECT} 0 R >> /Encoding << /Differences [97 /box] >> /FirstChar 97 /LastChar 97 /Widths [500] /Resources << >> >>`,
    ],
    pages: [
      {
        entries: `${SIZE} /Resources << /Font << /T ${FIRST_OBJECT + 1} 0 R >> >>`,
        content: 'BT /T 40 Tf 9 99 Td (aaa) Tj ET',
      },
    ],
  });
}

function optionalContent(): Buffer {
  return writeRawPdf({
    objects: [
      '<< /Type /OCG /Name (Layer) >>',
      `<< /Type /OCMD /OCGs [${FIRST_OBJECT} 0 R] /P /AllOff /VE [/Not ${FIRST_OBJECT} 0 R] >>`,
    ],
    pages: [
      {
        entries: `${SIZE} /Resources << /Properties << /L ${FIRST_OBJECT} 0 R /M ${FIRST_OBJECT + 1} 0 R >> >>`,
        content: '/OC /L BDC 1 0 0 rg 0 0 99 99 re f EMC /OC /M BDC 0 1 0 rg 50 50 99 99 re f EMC',
      },
    ],
  });
}

async function libraryPdf(options: PDFKit.PDFDocumentOptions): Promise<Buffer> {
  const document = new PDFDocument({
    size: [200, 200],
    info: { CreationDate: new Date(0) },
    ...options,
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => document.on('end', resolve));
  document.fontSize(18).text('Some text', 20, 20).moveTo(9, 99).lineTo(190, 120).stroke();
  document.linearGradient(0, 0, 99, 99);
  document.rect(20, 80, 60, 60).fillOpacity(0.5).fill('#00ff00');
  document.addPage().image(PIXEL_IMAGE, 50, 50, { width: 90 });
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

/** A PNG of one pixel. */
const PIXEL_IMAGE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
