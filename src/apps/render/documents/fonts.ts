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

/** Reads the fonts: nothing depends on those of the machine. */
export function readFonts(): Promise<Buffer[]> {
  return Promise.all(FONT_FILES.map((file) => readFile(resolve(file))));
}
