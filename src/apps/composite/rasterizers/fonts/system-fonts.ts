import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { FontFace } from './font-face.ts';
import type { EastAsianScript, FontRequest } from './font-request.ts';

/** Where systems keep their fonts. */
const FOLDERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['/System/Library/Fonts', '/Library/Fonts', join(homedir(), 'Library/Fonts')],
  win32: [join(process.env['WINDIR'] ?? 'C:\\Windows', 'Fonts')],
  linux: [
    '/usr/share/fonts',
    '/usr/local/share/fonts',
    join(homedir(), '.local/share/fonts'),
    join(homedir(), '.fonts'),
  ],
};

const FONT_FILE = /\.(?:ttf|otf|ttc)$/i;

/** Files of fonts for East Asia, by the beginnings of their names. Those of collections have all four scripts. */
const EAST_ASIAN_FILES: Readonly<Record<EastAsianScript, RegExp>> = {
  japanese: /^(notosans(cjk)?jp|ipaex|ipag|takao|vlgothic|notosanscjk|droidsansfallback)/,
  korean: /^(notosans(cjk)?kr|nanumgothic|unbatang|baekmuk|notosanscjk|droidsansfallback)/,
  'simplified-chinese': /^(notosans(cjk)?sc|wqyzenhei|wqymicrohei|notosanscjk|droidsansfallback)/,
  'traditional-chinese': /^(notosans(cjk)?tc|uming|ukai|notosanscjk|droidsansfallback)/,
};

let found: ReadonlyMap<string, FontFace> | undefined;

/**
 * The fonts of this system by their files' names, in lower-case letters and digits: `dejavusansbold`. They are looked for once in a
 * process, and no file is opened.
 */
export function systemFonts(): ReadonlyMap<string, FontFace> {
  found ??= new Map(
    (FOLDERS[process.platform] ?? []).flatMap(fontFiles).map(({ name, path }) => [name, new FontFace(path)]),
  );
  return found;
}

/** The font of this system that has the family's name, in the style that is asked for. */
export function systemFace(request: FontRequest): FontFace | undefined {
  if (request.family === '') return undefined;
  const fonts = systemFonts();
  const styles = [
    request.isBold && request.isItalic ? ['bolditalic', 'boldoblique', 'bi', 'z'] : [],
    request.isBold && !request.isItalic ? ['bold', 'bd', 'b'] : [],
    !request.isBold && request.isItalic ? ['italic', 'oblique', 'i'] : [],
    ['regular', '', 'roman'],
  ].flat();
  for (const style of styles) {
    const face = fonts.get(request.family + style);
    if (face) return face;
  }
  return undefined;
}

/** A font of this system for a script of East Asia. */
export function systemEastAsianFace(script: EastAsianScript, isBold: boolean): FontFace | undefined {
  const names = [...systemFonts().keys()].filter((name) => EAST_ASIAN_FILES[script].test(name)).sort();
  const name = names.find((candidate) => /bold/.test(candidate) === isBold) ?? names[0];
  return name === undefined ? undefined : systemFonts().get(name);
}

function fontFiles(folder: string): { readonly name: string; readonly path: string }[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => FONT_FILE.test(file))
      .map((file) => ({ name: fontName(file), path: join(folder, file) }));
  } catch {
    // Few systems have all of the folders.
    return [];
  }
}

function fontName(file: string): string {
  const base = file.replace(/^.*[/\\]/, '').replace(FONT_FILE, '');
  return base.toLowerCase().replace(/[^a-z0-9]/g, '');
}
