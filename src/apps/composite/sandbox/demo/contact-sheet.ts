import sharp, { type OverlayOptions } from 'sharp';

/** Pages that a contact sheet shows at the most; of more it shows the first. */
const MAXIMUM_PAGES = 60;

const CELL = { width: 300, height: 390, gap: 28 };
const FRAME = 44;
const GROUND = '#2b2f3a';

/** Strokes of the digits, on a grid 4 wide and 6 high, so that no typeface has to be installed. */
const DIGIT_STROKES = [
  'M0 1.5Q0 0 2 0T4 1.5V4.5Q4 6 2 6T0 4.5Z',
  'M0.8 1.2L2.2 0V6',
  'M0 1.5Q0 0 2 0T4 1.6Q4 3 0 6H4',
  'M0 0H4L1.8 2.4Q4 2.4 4 4.2T2 6Q0.4 6 0 4.8',
  'M3 6V0L0 4.2H4',
  'M3.8 0H0.5L0.2 2.8Q1 2.2 2 2.2Q4 2.2 4 4.1T2 6Q0.4 6 0 5',
  'M3.6 0.4Q0 0.4 0 4Q0 6 2 6T4 4.1T2 2.4T0 4',
  'M0 0H4L1.4 6',
  'M2 2.8Q0.3 2.8 0.3 1.4T2 0T3.7 1.4T2 2.8Q0 2.8 0 4.4T2 6T4 4.4T2 2.8',
  'M4 2Q4 3.6 2 3.6T0 1.9T2 0T4 2Q4 5.6 0.4 5.6',
];

/**
 * Writes one picture (PNG) with small images of all pages, numbered, in rows.
 *
 * @param imagePaths the pages in their order.
 */
export async function writeContactSheet(imagePaths: readonly string[], path: string): Promise<void> {
  const shown = imagePaths.slice(0, MAXIMUM_PAGES);
  const columns = columnsFor(shown.length);
  const rows = Math.ceil(shown.length / columns);
  const pitch = { x: CELL.width + CELL.gap, y: CELL.height + CELL.gap + 34 };
  const parts: OverlayOptions[] = [];
  // One after another: a page at 500 DPI takes some memory while it is made small.
  for (const [index, imagePath] of shown.entries()) {
    const left = FRAME + (index % columns) * pitch.x;
    const top = FRAME + Math.floor(index / columns) * pitch.y;
    const { data, info } = await sharp(imagePath, { limitInputPixels: false })
      .resize(CELL.width, CELL.height, { fit: 'inside' })
      .flatten({ background: '#ffffff' })
      .png()
      .toBuffer({ resolveWithObject: true });
    const x = left + Math.round((CELL.width - info.width) / 2);
    const y = top + CELL.height - info.height;
    parts.push({ input: shadow(info.width, info.height), left: x - 8, top: y - 4 });
    parts.push({ input: data, left: x, top: y });
    parts.push({ input: numberLabel(index + 1), left, top: top + CELL.height + 10 });
  }
  await sharp({
    create: {
      width: 2 * FRAME + columns * pitch.x - CELL.gap,
      height: 2 * FRAME + rows * pitch.y - CELL.gap,
      channels: 3,
      background: GROUND,
    },
  })
    .composite(parts)
    .png()
    .toFile(path);
}

/** About as wide as high, with as few empty places in the last row as possible. */
function columnsFor(count: number): number {
  const square = Math.ceil(Math.sqrt(count * 1.3));
  const choices = [square, square + 1, square - 1].filter((columns) => columns > 0);
  const emptyPlaces = (columns: number) => Math.ceil(count / columns) * columns - count;
  return Math.min(count, choices.toSorted((one, other) => emptyPlaces(one) - emptyPlaces(other))[0] ?? 1);
}

function shadow(width: number, height: number): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 16}" height="${height + 16}">
      <filter id="soft"><feGaussianBlur stdDeviation="4"/></filter>
      <rect x="8" y="8" width="${width}" height="${height}" fill="#000" opacity="0.55" filter="url(#soft)"/>
    </svg>`,
  );
}

function numberLabel(number: number): Buffer {
  const digits = [...String(number)];
  const advance = 12;
  const start = (CELL.width - (digits.length * advance - 4)) / 2;
  const strokes = digits.map(
    (digit, index) =>
      `<path transform="translate(${start + index * advance} 4) scale(2)" d="${DIGIT_STROKES[Number(digit)]}"/>`,
  );
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${CELL.width}" height="20">
      <g fill="none" stroke="#f4efe2" stroke-width="0.9" stroke-linecap="round" stroke-linejoin="round">${strokes.join('')}</g>
    </svg>`,
  );
}
