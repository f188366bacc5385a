import sharp from 'sharp';

/** The most pages that a contact sheet shows; of more it shows the first ones. */
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
 * @param images the pages in their order: paths of image files, or image files.
 */
export async function writeContactSheet(
  images: readonly (string | Uint8Array)[],
  path: string,
): Promise<void> {
  const shown = images.slice(0, MAXIMUM_PAGES);
  const columns = columnsFor(shown.length);
  const rows = Math.ceil(shown.length / columns);
  const pitch = { x: CELL.width + CELL.gap, y: CELL.height + CELL.gap + 34 };
  const cells: Cell[] = [];
  // One after another: a page at 500 DPI takes some memory while it is made small.
  for (const [index, image] of shown.entries()) {
    const left = FRAME + (index % columns) * pitch.x;
    const top = FRAME + Math.floor(index / columns) * pitch.y;
    cells.push(await drawCell(image, index + 1, { left, top }));
  }
  const width = 2 * FRAME + columns * pitch.x - CELL.gap;
  const height = 2 * FRAME + rows * pitch.y - CELL.gap;
  const sheet = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <filter id="soft"><feGaussianBlur stdDeviation="4"/></filter>
    <rect width="${width}" height="${height}" fill="${GROUND}"/>
    <g fill="#000" opacity="0.55" filter="url(#soft)">${cells.map(({ shadow }) => shadow).join('')}</g>
    ${cells.map(({ page }) => page).join('')}
  </svg>`;
  // Sixty pages are a large SVG.
  await sharp(Buffer.from(sheet), { unlimited: true }).removeAlpha().png().toFile(path);
}

interface Cell {
  /** It is apart, as one blur of all shadows is much faster than many. */
  readonly shadow: string;
  readonly page: string;
}

/** Draws a page, and its number below it. */
async function drawCell(
  image: string | Uint8Array,
  number: number,
  { left, top }: Readonly<Record<'left' | 'top', number>>,
): Promise<Cell> {
  const { data, info } = await sharp(image, { limitInputPixels: false })
    .resize(CELL.width, CELL.height, { fit: 'inside' })
    .flatten({ background: '#ffffff' })
    .png()
    .toBuffer({ resolveWithObject: true });
  const x = left + Math.round((CELL.width - info.width) / 2);
  const y = top + CELL.height - info.height;
  const box = `width="${info.width}" height="${info.height}"`;
  return {
    shadow: `<rect x="${x}" y="${y + 4}" ${box}/>`,
    page: `<image x="${x}" y="${y}" ${box} href="data:image/png;base64,${data.toString('base64')}"/>
      <g transform="translate(${left} ${top + CELL.height + 10})">${numberLabel(number)}</g>`,
  };
}

/** About as wide as high, with as few empty places in the last row as possible. */
function columnsFor(count: number): number {
  const square = Math.ceil(Math.sqrt(count * 1.3));
  const choices = [square, square + 1, square - 1].filter((columns) => columns > 0);
  const emptyPlaces = (columns: number) => Math.ceil(count / columns) * columns - count;
  return Math.min(count, choices.toSorted((one, other) => emptyPlaces(one) - emptyPlaces(other))[0] ?? 1);
}

function numberLabel(number: number): string {
  const digits = [...String(number)];
  const advance = 12;
  const start = (CELL.width - (digits.length * advance - 4)) / 2;
  const strokes = digits.map(
    (digit, index) =>
      `<path transform="translate(${start + index * advance} 4) scale(2)" d="${DIGIT_STROKES[Number(digit)]}"/>`,
  );
  return `<g fill="none" stroke="#f4efe2" stroke-width="0.9" stroke-linecap="round" stroke-linejoin="round">${strokes.join('')}</g>`;
}
