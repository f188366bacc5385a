import type { PageBox } from '../page-size.ts';
import { directFunction, type Pdfium } from './library.ts';
import { followedBy, IDENTITY, type Matrix, type Point, stretches, transform } from './matrix.ts';

/** The types of page objects, in `fpdf_edit.h`. */
const PATH_OBJECT = 2;
const FORM_OBJECT = 5;

/** The types of the segments of a path. */
const BEZIER_TO = 1;
const MOVE_TO = 2;

/** `FPDF_FILLMODE_NONE`. */
const NO_FILL = 0;

/** A line of less than this many pixels is too pale to be seen. */
const LEAST_PIXELS = 0.4;

/** Forms within forms that are looked into. */
const MAXIMUM_DEPTH = 8;

/** A stroke on a page, and where the matrices around it put it. */
interface Stroke {
  readonly object: number;
  readonly matrix: Matrix;
  /** Of what is around it. */
  readonly outerMatrix: Matrix;
}

/**
 * Draws again, one pixel wide, the strokes of a loaded page that PDFium would lose. It gives a line a width of at least one
 * pixel on the average of both directions: under a matrix that stretches one of them much more, the line vanishes in the
 * other.
 */
export function thickenThinStrokes(pdfium: Pdfium, page: number, pixelsPerPoint: number): void {
  const memory = pdfium.pdfium.wasmExports.malloc(32);
  try {
    const strokes = new ThinStrokes(pdfium, memory, pixelsPerPoint);
    // What is added must not be looked at.
    for (const stroke of strokes.ofPage(page)) pdfium.FPDFPage_InsertObject(page, strokes.redraw(stroke));
  } finally {
    pdfium.pdfium.wasmExports.free(memory);
  }
}

class ThinStrokes {
  readonly #pdfium: Pdfium;
  /** Room for eight numbers that PDFium writes. */
  readonly #memory: number;
  readonly #pixelsPerPoint: number;
  readonly #objectOfPage: (page: number, index?: number) => number;
  readonly #typeOf: (object: number) => number;
  readonly #readMatrix: (object: number, target?: number) => number;

  constructor(pdfium: Pdfium, memory: number, pixelsPerPoint: number) {
    this.#pdfium = pdfium;
    this.#memory = memory;
    this.#pixelsPerPoint = pixelsPerPoint;
    this.#objectOfPage = directFunction(pdfium, 'FPDFPage_GetObject');
    this.#typeOf = directFunction(pdfium, 'FPDFPageObj_GetType');
    this.#readMatrix = directFunction(pdfium, 'FPDFPageObj_GetMatrix');
  }

  /** The strokes of a page that PDFium would lose. Pages have up to a million objects, so each is looked at briefly. */
  ofPage(page: number): readonly Stroke[] {
    const found: Stroke[] = [];
    const count = this.#pdfium.FPDFPage_CountObjects(page);
    for (let index = 0; index < count; index += 1) {
      this.#lookAt(this.#objectOfPage(page, index), IDENTITY, 0, found);
    }
    return found;
  }

  /** The same stroke with its points on the page, so that no matrix makes it uneven. */
  redraw({ object, matrix, outerMatrix }: Stroke): number {
    const pdfium = this.#pdfium;
    const clip = this.#clipBox(object, outerMatrix);
    const path = pdfium.FPDFPageObj_CreateNewPath(0, 0);
    this.#copyPoints(object, path, matrix, clip);
    pdfium.FPDFPath_SetDrawMode(path, NO_FILL, true);
    pdfium.FPDFPageObj_SetStrokeWidth(path, 1 / this.#pixelsPerPoint);
    const channels = [0, 4, 8, 12].map((offset) => this.#memory + offset);
    const [red = 0, green = 0, blue = 0, alpha = 0] = channels;
    if (pdfium.FPDFPageObj_GetStrokeColor(object, red, green, blue, alpha)) {
      const [r = 0, g = 0, b = 0, a = 255] = channels.map((channel) =>
        pdfium.pdfium.getValue(channel, 'i32'),
      );
      pdfium.FPDFPageObj_SetStrokeColor(path, r, g, b, a);
    }
    return path;
  }

  #lookAt(object: number, outerMatrix: Matrix, depth: number, found: Stroke[]): void {
    const pdfium = this.#pdfium;
    const type = this.#typeOf(object);
    if (type === PATH_OBJECT) {
      const matrix = followedBy(this.#matrixOf(object), outerMatrix);
      if (this.#isLost(object, matrix)) found.push({ object, matrix, outerMatrix });
    } else if (type === FORM_OBJECT && depth < MAXIMUM_DEPTH) {
      const matrix = followedBy(this.#matrixOf(object), outerMatrix);
      const count = pdfium.FPDFFormObj_CountObjects(object);
      for (let index = 0; index < count; index += 1) {
        this.#lookAt(pdfium.FPDFFormObj_GetObject(object, index), matrix, depth + 1, found);
      }
    }
  }

  #isLost(object: number, matrix: Matrix): boolean {
    const pdfium = this.#pdfium;
    const { most, least } = stretches(matrix);
    // Most strokes are even, and this is known without a further call.
    if (most < 2 * least) return false;
    if (!pdfium.FPDFPath_GetDrawMode(object, this.#memory, this.#memory + 4)) return false;
    const isStroked = pdfium.pdfium.getValue(this.#memory + 4, 'i32') !== 0;
    if (!isStroked || pdfium.FPDFPageObj_GetDashCount(object) > 0) return false;
    pdfium.FPDFPageObj_GetStrokeWidth(object, this.#memory);
    const width = pdfium.pdfium.getValue(this.#memory, 'float');
    const drawnWidth = Math.max(width, 2 / ((most + least) * this.#pixelsPerPoint));
    return drawnWidth * least * this.#pixelsPerPoint < LEAST_PIXELS;
  }

  #copyPoints(object: number, path: number, matrix: Matrix, clip: PageBox | undefined): void {
    const pdfium = this.#pdfium;
    let start: Point = { x: 0, y: 0 };
    let last = start;
    const line = (to: Point) => {
      const part = clip ? partWithin(clip, last, to) : [last, to];
      if (part) this.#line(path, part[0], part[1]);
      last = to;
    };
    const points: Point[] = [];
    const count = pdfium.FPDFPath_CountSegments(object);
    for (let index = 0; index < count; index += 1) {
      const segment = pdfium.FPDFPath_GetPathSegment(object, index);
      const type = pdfium.FPDFPathSegment_GetType(segment);
      const point = transform(matrix, this.#pointOf(segment));
      if (type === MOVE_TO) {
        start = point;
        last = point;
      } else if (type === BEZIER_TO) {
        points.push(point);
        if (points.length === 3) for (const to of curve(last, points.splice(0))) line(to);
      } else {
        line(point);
      }
      if (pdfium.FPDFPathSegment_GetClose(segment)) line(start);
    }
  }

  #line(path: number, from: Point, to: Point): void {
    this.#pdfium.FPDFPath_MoveTo(path, from.x, from.y);
    this.#pdfium.FPDFPath_LineTo(path, to.x, to.y);
  }

  /** The box around what an object is clipped to; undefined if it is not. */
  #clipBox(object: number, outerMatrix: Matrix): PageBox | undefined {
    const pdfium = this.#pdfium;
    const clip = pdfium.FPDFPageObj_GetClipPath(object);
    const pathCount = clip === 0 ? 0 : pdfium.FPDFClipPath_CountPaths(clip);
    let box: PageBox | undefined;
    for (let path = 0; path < pathCount; path += 1) {
      const count = pdfium.FPDFClipPath_CountPathSegments(clip, path);
      const points = Array.from({ length: Math.max(0, count) }, (_, index) =>
        transform(outerMatrix, this.#pointOf(pdfium.FPDFClipPath_GetPathSegment(clip, path, index))),
      );
      if (points.length > 0) box = box ? intersection(box, boxAround(points)) : boxAround(points);
    }
    return box;
  }

  #pointOf(segment: number): Point {
    const { getValue } = this.#pdfium.pdfium;
    this.#pdfium.FPDFPathSegment_GetPoint(segment, this.#memory, this.#memory + 4);
    return { x: getValue(this.#memory, 'float'), y: getValue(this.#memory + 4, 'float') };
  }

  #matrixOf(object: number): Matrix {
    const { getValue } = this.#pdfium.pdfium;
    if (this.#readMatrix(object, this.#memory) === 0) return IDENTITY;
    const at = (field: number) => getValue(this.#memory + field * 4, 'float');
    return [at(0), at(1), at(2), at(3), at(4), at(5)];
  }
}

/** Straight pieces of a curve; they are no longer than it takes to look round. */
function curve(from: Point, [first, second, to]: readonly Point[]): Point[] {
  if (!first || !second || !to) return [];
  const pieces = 16;
  return Array.from({ length: pieces }, (_, index) => {
    const t = (index + 1) / pieces;
    const at = (axis: 'x' | 'y') =>
      (1 - t) ** 3 * from[axis] +
      3 * (1 - t) ** 2 * t * first[axis] +
      3 * (1 - t) * t ** 2 * second[axis] +
      t ** 3 * to[axis];
    return { x: at('x'), y: at('y') };
  });
}

/** The part of a line that lies within a box. */
function partWithin(box: PageBox, from: Point, to: Point): readonly [Point, Point] | undefined {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [enters, leaves] = [0, 1];
  for (const [step, room] of [
    [-dx, from.x - box.left],
    [dx, box.right - from.x],
    [-dy, from.y - box.bottom],
    [dy, box.top - from.y],
  ] as const) {
    if (step === 0 && room < 0) return undefined;
    if (step < 0) enters = Math.max(enters, room / step);
    if (step > 0) leaves = Math.min(leaves, room / step);
  }
  const at = (t: number) => ({ x: from.x + t * dx, y: from.y + t * dy });
  return enters <= leaves ? [at(enters), at(leaves)] : undefined;
}

function boxAround(points: readonly Point[]): PageBox {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const least = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.min(a, b));
  const most = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.max(a, b));
  return { left: least(xs), bottom: least(ys), right: most(xs), top: most(ys) };
}

function intersection(a: PageBox, b: PageBox): PageBox {
  return {
    left: Math.max(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.min(a.right, b.right),
    top: Math.min(a.top, b.top),
  };
}
