import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

/** The fonts of the worksheets. Noto Sans JP has the Chinese characters, and the kana, that the others have not. */
const FONT_FILES = [
  '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf',
  '@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf',
  '@expo-google-fonts/patrick-hand/400Regular/PatrickHand_400Regular.ttf',
];

/** Plain Noto Sans and Noto Sans JP, by their places among the files. */
const TEXT_FONTS = [0, 2];

let letters: Promise<ReadonlySet<number>> | undefined;

/** The code points that texts of callers can have: those of the fonts that they are set in. */
export function readLetters(): Promise<ReadonlySet<number>> {
  letters ??= (async () => {
    const [{ create }, files] = await Promise.all([import('fontkitten'), readFonts()]);
    const fonts = TEXT_FONTS.map((index) => create(files[index] ?? Buffer.of()));
    return new Set(fonts.flatMap((font) => (font.isCollection ? [] : font.characterSet)));
  })();
  return letters;
}

/** Reads the fonts: nothing depends on those of the machine. */
export function readFonts(): Promise<Buffer[]> {
  return Promise.all(FONT_FILES.map((file) => readFile(resolve(file))));
}
