import { bundledFace, EAST_ASIAN, FAMILIES_BY_LETTER, MONOSPACED, SANS, SERIF } from './bundled-fonts.ts';
import type { FontFace } from './font-face.ts';
import type { EastAsianScript, FontRequest } from './font-request.ts';
import { systemEastAsianFace, systemFace, systemFonts } from './system-fonts.ts';

/** Families that a bundled one was made for, with the same width of each letter. */
const STANDARD_FAMILY = /^(helvetica|arial|times|timesnewroman|courier|couriernew)$/;

/**
 * The font that is drawn in place of one that is not in the PDF: the system's where it has one of that name, otherwise
 * the bundled one that is most alike.
 *
 * @returns undefined if no package of fonts is installed.
 */
export function substituteFor(request: FontRequest): FontFace | undefined {
  return (
    (STANDARD_FAMILY.test(request.family) ? undefined : systemFace(request)) ??
    (request.eastAsian && eastAsianFace(request.eastAsian, request.isBold)) ??
    bundledFace(latinFamily(request), request.isBold, request.isItalic)
  );
}

/** A font that has a letter, among those that are bundled and then those of the system; undefined if none has it. */
export async function faceWithLetter(codePoint: number): Promise<FontFace | undefined> {
  for (const family of FAMILIES_BY_LETTER) {
    const face = bundledFace(family, false, false);
    if (face && (await hasLetter(face, codePoint))) return face;
  }
  for (const face of systemFonts().values()) {
    if (await hasLetter(face, codePoint)) return face;
  }
  return undefined;
}

async function hasLetter(face: FontFace, codePoint: number): Promise<boolean> {
  try {
    return (await face.letters()).has(codePoint);
  } catch {
    // A file with the name of a font that is none.
    return false;
  }
}

function eastAsianFace(script: EastAsianScript, isBold: boolean): FontFace | undefined {
  return (
    bundledFace(EAST_ASIAN[script], isBold, false) ??
    systemEastAsianFace(script, isBold) ??
    // The characters of another script look a little different, and are there.
    bundledFace(EAST_ASIAN['simplified-chinese'], isBold, false)
  );
}

function latinFamily({ isMonospaced, isSerif }: FontRequest) {
  if (isMonospaced) return MONOSPACED;
  return isSerif ? SERIF : SANS;
}
