import { PageRasterizationError, type RasterizerSettings } from './rasterizer.ts';

/** A rectangle on a page, in points (1/72 inch), before rotation; the origin is at the bottom left. */
export interface PageBox {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

/** The size of a page that has none, as viewers do it: 8.5 × 11 inches. */
export const LETTER: PageBox = { left: 0, bottom: 0, right: 612, top: 792 };

/** What the PDF says of one page. */
export interface PageGeometry {
  readonly mediaBox: PageBox;
  /** What {@link cropBoxWithin} leaves of the crop box; the media box if there is none. */
  readonly cropBox: PageBox;
  /** Clockwise. */
  readonly rotationDegrees: 0 | 90 | 180 | 270;
}

/** How a page is drawn, and how large its image becomes. */
export interface PagePlan {
  /** The part of the page that is shown. */
  readonly box: PageBox;
  /** How large the page is drawn: the image's own size, or more where it is scaled down afterwards. */
  readonly drawnWidthPixels: number;
  readonly drawnHeightPixels: number;
  /** The image's size. */
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** The resolution at which the page is drawn. */
  readonly drawnDpi: number;
  /** The resolution of the image, as it is written into the file. */
  readonly dpi: number;
}

/** Bytes of one drawn pixel: red, green, blue. */
export const BYTES_PER_PIXEL = 3;

/** The memory that the picture of one page may take: A1 at 500 DPI just does not fit, A2 does. */
const MAXIMUM_DRAWN_PIXELS = Math.floor((512 * 1024 * 1024) / BYTES_PER_PIXEL);

/** The longest edge that libjpeg can write. */
const MAXIMUM_JPEG_EDGE_PIXELS = 65_500;

/** The longest edge that is drawn in the other formats. */
const MAXIMUM_EDGE_PIXELS = 1_000_000;

/**
 * A page that is scaled down is drawn at this many times its final size, and Lanczos does the rest: more is
 * thrown away by the filter, less lets thin lines look ragged.
 */
const DRAWN_PER_FINAL_PIXEL = 2;

/**
 * How a page is drawn at `PDF_RASTERIZER_DPI`, or, where it is too large for that, at `PDF_RASTERIZER_FALLBACK_DPI`.
 *
 * @throws {PageRasterizationError} if the page is too large even then.
 */
export function planPage(pageNumber: number, geometry: PageGeometry, settings: RasterizerSettings): PagePlan {
  return (
    planPageAt(geometry, settings.dpi, settings) ??
    planPageAt(geometry, settings.fallbackDpi, settings) ??
    rejectPage(pageNumber, geometry, settings)
  );
}

/** How a page is drawn at this resolution; undefined if it is too large. */
export function planPageAt(
  { mediaBox, cropBox, rotationDegrees }: PageGeometry,
  dpi: number,
  settings: RasterizerSettings,
): PagePlan | undefined {
  const box = settings.useCropBox ? cropBox : mediaBox;
  const full = sizeAt(box, rotationDegrees, dpi);
  const final = scaledToLength(full, settings.maximumLengthPixels);
  const shrinking = final.widthPixels / full.widthPixels;
  for (const factor of [Math.min(1, shrinking * DRAWN_PER_FINAL_PIXEL), shrinking]) {
    const drawnDpi = dpi * factor;
    const drawn = factor === 1 ? full : sizeAt(box, rotationDegrees, drawnDpi);
    if (canBeDrawn(drawn) && canBeStored(final, settings)) {
      return {
        box,
        drawnWidthPixels: drawn.widthPixels,
        drawnHeightPixels: drawn.heightPixels,
        ...final,
        drawnDpi,
        dpi: dpi * shrinking,
      };
    }
  }
  return undefined;
}

/**
 * The part of a crop box that is shown: what lies within the media box. Across a page that is less wide than its crop box,
 * the whole width is shown, likewise its height, as by pdftoppm; and the media box where the crop box is beside it.
 */
export function cropBoxWithin(mediaBox: PageBox, cropBox: PageBox): PageBox {
  const isWider = cropBox.right - cropBox.left > mediaBox.right - mediaBox.left;
  const isHigher = cropBox.top - cropBox.bottom > mediaBox.top - mediaBox.bottom;
  const box = {
    left: isWider ? mediaBox.left : Math.max(mediaBox.left, cropBox.left),
    right: isWider ? mediaBox.right : Math.min(mediaBox.right, cropBox.right),
    bottom: isHigher ? mediaBox.bottom : Math.max(mediaBox.bottom, cropBox.bottom),
    top: isHigher ? mediaBox.top : Math.min(mediaBox.top, cropBox.top),
  };
  return box.left < box.right && box.bottom < box.top ? box : mediaBox;
}

/** Where the shown part of a page is in a picture of its whole media box, turned as the page says. */
export function offsetInMediaBox(
  { mediaBox, rotationDegrees }: PageGeometry,
  { box, drawnDpi }: PagePlan,
): { leftPixels: number; topPixels: number } {
  const pixels = (points: number) => Math.round(points * (drawnDpi / 72));
  const left = pixels(box.left - mediaBox.left);
  const right = pixels(mediaBox.right - box.right);
  const top = pixels(mediaBox.top - box.top);
  const bottom = pixels(box.bottom - mediaBox.bottom);
  switch (rotationDegrees) {
    case 0:
      return { leftPixels: left, topPixels: top };
    case 90:
      return { leftPixels: bottom, topPixels: left };
    case 180:
      return { leftPixels: right, topPixels: bottom };
    case 270:
      return { leftPixels: top, topPixels: right };
  }
}

/** A size of an image. */
export interface Size {
  readonly widthPixels: number;
  readonly heightPixels: number;
}

/**
 * The size of a box at a resolution. What fills a pixel only partly gets that pixel. Each operation is the same as in
 * pdftoppm, in the same order, as the rounding of each decides whether there is one more pixel.
 */
export function sizeAt(box: PageBox, rotationDegrees: number, dpi: number): Size {
  const widthPixels = Math.max(1, Math.ceil(((box.right - box.left) * dpi) / 72));
  const heightPixels = Math.max(1, Math.ceil(((box.top - box.bottom) * dpi) / 72));
  return rotationDegrees % 180 === 0
    ? { widthPixels, heightPixels }
    : { widthPixels: heightPixels, heightPixels: widthPixels };
}

function scaledToLength({ widthPixels, heightPixels }: Size, maximumLengthPixels: number): Size {
  const lengthPixels = Math.max(widthPixels, heightPixels);
  if (maximumLengthPixels === 0 || lengthPixels <= maximumLengthPixels) return { widthPixels, heightPixels };
  const scale = maximumLengthPixels / lengthPixels;
  return {
    widthPixels: Math.max(1, Math.round(widthPixels * scale)),
    heightPixels: Math.max(1, Math.round(heightPixels * scale)),
  };
}

function canBeDrawn({ widthPixels, heightPixels }: Size): boolean {
  return (
    widthPixels * heightPixels <= MAXIMUM_DRAWN_PIXELS &&
    Math.max(widthPixels, heightPixels) <= MAXIMUM_EDGE_PIXELS
  );
}

function canBeStored({ widthPixels, heightPixels }: Size, { format }: RasterizerSettings): boolean {
  return format !== 'jpg' || Math.max(widthPixels, heightPixels) <= MAXIMUM_JPEG_EDGE_PIXELS;
}

function rejectPage(pageNumber: number, geometry: PageGeometry, settings: RasterizerSettings): never {
  const box = settings.useCropBox ? geometry.cropBox : geometry.mediaBox;
  const { widthPixels, heightPixels } = sizeAt(box, geometry.rotationDegrees, settings.fallbackDpi);
  const metres = (points: number) => ((points / 72) * 0.0254).toFixed(2);
  const limits = [`${Math.floor(MAXIMUM_DRAWN_PIXELS / 1_000_000)} million pixels`];
  if (settings.format === 'jpg') limits.push(`${MAXIMUM_JPEG_EDGE_PIXELS} pixels along an edge`);
  throw new PageRasterizationError(
    pageNumber,
    `it measures ${metres(box.right - box.left)} × ${metres(box.top - box.bottom)} metres, which is ` +
      `${widthPixels} × ${heightPixels} pixels even at PDF_RASTERIZER_FALLBACK_DPI=${settings.fallbackDpi}; ` +
      `the most is ${limits.join(' and ')}. ` +
      'Set PDF_RASTERIZER_MAX_LENGTH to scale such pages down, or a lower PDF_RASTERIZER_FALLBACK_DPI.',
  );
}
