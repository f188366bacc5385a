import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { FontFace } from './font-face.ts';
import type { EastAsianScript } from './font-request.ts';

/** A family that comes with a package of npm, in up to four styles. */
export interface BundledFamily {
  readonly packageName: string;
  readonly regular: string;
  readonly bold: string;
  readonly italic?: string;
  readonly boldItalic?: string;
}

/** As wide as Helvetica and Arial, letter by letter. */
export const SANS: BundledFamily = googleFamily('arimo', 'Arimo', true);
/** As wide as Times and Times New Roman, letter by letter. */
export const SERIF: BundledFamily = googleFamily('tinos', 'Tinos', true);
/** As wide as Courier and Courier New. */
export const MONOSPACED: BundledFamily = googleFamily('cousine', 'Cousine', true);

/** Optional packages: large, and left out of an image that is built without them. */
export const EAST_ASIAN: Readonly<Record<EastAsianScript, BundledFamily>> = {
  japanese: embedpdfFamily('fonts-jp', 'NotoSansJP', 'otf'),
  korean: embedpdfFamily('fonts-kr', 'NotoSansKR', 'otf'),
  'simplified-chinese': embedpdfFamily('fonts-sc', 'NotoSansHans', 'otf'),
  'traditional-chinese': embedpdfFamily('fonts-tc', 'NotoSansHant', 'otf'),
};

/** All families, in the order in which a letter is looked for that the document's own font lacks. */
export const FAMILIES_BY_LETTER: readonly BundledFamily[] = [
  SANS,
  embedpdfFamily('fonts-arabic', 'NotoNaskhArabic', 'ttf'),
  ...(
    [
      ['devanagari', 'Devanagari'],
      ['bengali', 'Bengali'],
      ['tamil', 'Tamil'],
      ['telugu', 'Telugu'],
      ['gujarati', 'Gujarati'],
      ['gurmukhi', 'Gurmukhi'],
      ['kannada', 'Kannada'],
      ['malayalam', 'Malayalam'],
      ['oriya', 'Oriya'],
      ['sinhala', 'Sinhala'],
      ['thai', 'Thai'],
    ] as const
  ).map(([script, name]) => googleFamily(`noto-sans-${script}`, `NotoSans${name}`, false)),
  SERIF,
  MONOSPACED,
  {
    packageName: '@expo-google-fonts/noto-sans-symbols-2',
    regular: '400Regular/NotoSansSymbols2_400Regular.ttf',
    bold: '400Regular/NotoSansSymbols2_400Regular.ttf',
  },
  EAST_ASIAN['simplified-chinese'],
  EAST_ASIAN.japanese,
  EAST_ASIAN.korean,
  EAST_ASIAN['traditional-chinese'],
];

const { resolve } = createRequire(import.meta.url);

/** The font of a family in a style, or in the nearest that it has; undefined if its package is not installed. */
export function bundledFace(family: BundledFamily, isBold: boolean, isItalic: boolean): FontFace | undefined {
  const upright = isBold ? family.bold : family.regular;
  const italic = isBold ? family.boldItalic : family.italic;
  const path = packagePath(family.packageName, (isItalic ? italic : undefined) ?? upright);
  return path === undefined ? undefined : faceAt(path);
}

const faces = new Map<string, FontFace>();

/** One for each file, so that its letters are read once. */
function faceAt(path: string): FontFace {
  const known = faces.get(path);
  if (known) return known;
  const face = new FontFace(path);
  faces.set(path, face);
  return face;
}

function packagePath(packageName: string, file: string): string | undefined {
  // Not every package exports its files by name.
  const folder = resolve.paths(packageName)?.find((modules) => existsSync(join(modules, packageName, file)));
  return folder === undefined ? undefined : join(folder, packageName, file);
}

function googleFamily(name: string, file: string, hasItalics: boolean): BundledFamily {
  const style = (folder: string) => `${folder}/${file}_${folder}.ttf`;
  return {
    packageName: `@expo-google-fonts/${name}`,
    regular: style('400Regular'),
    bold: style('700Bold'),
    ...(hasItalics ? { italic: style('400Regular_Italic'), boldItalic: style('700Bold_Italic') } : {}),
  };
}

function embedpdfFamily(name: string, file: string, extension: string): BundledFamily {
  return {
    packageName: `@embedpdf/${name}`,
    regular: `fonts/${file}-Regular.${extension}`,
    bold: `fonts/${file}-Bold.${extension}`,
  };
}
