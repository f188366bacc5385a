import { CUT, GREY, INK, PALE, WHITE, YELLOW } from '../drawing/colours.ts';
import { dots } from '../drawing/dots.ts';
import { lightBulb } from '../drawing/light-bulb.ts';
import { at, drawing, line, rectangle, type Svg } from '../drawing/svg.ts';
import { fittedText, text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';
import type { Catalogue } from '../messages/catalogue.ts';
import type { DrawnPage } from '../page.ts';
import type { Paper } from '../paper.ts';
import { withOrWithout } from '../subtitle.ts';

const WINDOWS_A_PAGE = 4;
const HINT_HEIGHT = 70;
/** Paper that is left between windows, to be glued on. */
const FRAME = 26;

type Sign = 'binary' | 'lightbulb';

/** Windows that open and close, one for each binary digit. */
export const binaryWindows = defineGenerator({
  view: 'binary_windows',
  options: { number_bits: ['4', '8'], value_type: ['binary', 'lightbulb'], dot_counts: [true, false] },
  subtitle: ({ number_bits, value_type, dot_counts }) =>
    `${number_bits} bits - ${value_type} - ${withOrWithout(dot_counts)} dot counts`,
  pages: ({ options, paper, messages }) => {
    const counts = Array.from({ length: Number(options.number_bits) }, (_, bit) => 2 ** bit).reverse();
    const sheets = Array.from({ length: counts.length / WINDOWS_A_PAGE }, (_, sheet) =>
      counts.slice(sheet * WINDOWS_A_PAGE, (sheet + 1) * WINDOWS_A_PAGE),
    );
    return sheets.flatMap((counts) => [
      pictures(counts, options.dot_counts, options.value_type, paper, messages),
      windows(options.value_type, paper, messages),
    ]);
  },
});

/** The sheet below: what is seen through an open window. */
function pictures(
  counts: readonly number[],
  hasCounts: boolean,
  sign: Sign,
  paper: Paper,
  { binaryWindows: words }: Catalogue,
): DrawnPage {
  const { width, height } = windowSize(paper);
  const drawn = counts.map((count, index) => {
    const dotRoom = { x: 24, y: 40, width: width - 48, height: height * 0.52 };
    return at(
      windowX(paper, index),
      HINT_HEIGHT + FRAME,
      rectangle(0, 0, width, height, { fill: WHITE, stroke: GREY, 'stroke-width': 3, rx: 12 }),
      dots(count, dotRoom),
      hasCounts ? text([width / 2, height * 0.64], String(count), { size: 96, font: 'hand' }) : '',
      at(width / 2, height * 0.83, signOf(sign, true)),
    );
  });
  return {
    kind: 'drawing',
    svg: drawing(paper, hint(paper, words.belowHint), ...drawn),
    description: words.pictures(counts),
  };
}

/** The sheet above: closed windows that say "off". */
function windows(sign: Sign, paper: Paper, { binaryWindows: words }: Catalogue): DrawnPage {
  const { width, height } = windowSize(paper);
  const cut = { stroke: INK, 'stroke-width': 4, 'stroke-dasharray': '18 10' };
  const fold = { stroke: CUT, 'stroke-width': 4, 'stroke-dasharray': '2 10', 'stroke-linecap': 'round' };
  const drawn = Array.from({ length: WINDOWS_A_PAGE }, (_, index) =>
    at(
      windowX(paper, index),
      HINT_HEIGHT + FRAME,
      rectangle(0, 0, width, height, { fill: PALE }),
      line([0, 0], [width, 0], fold),
      line([0, 0], [0, height], cut),
      line([width, 0], [width, height], cut),
      line([0, height], [width, height], cut),
      at(width / 2, height * 0.5, signOf(sign, false)),
    ),
  );
  return {
    kind: 'drawing',
    svg: drawing(paper, hint(paper, words.windowHint), ...drawn),
    description: words.windows,
  };
}

function windowSize(paper: Paper): { width: number; height: number } {
  return {
    width: (paper.width - FRAME * (WINDOWS_A_PAGE + 1)) / WINDOWS_A_PAGE,
    height: paper.height - HINT_HEIGHT - 2 * FRAME,
  };
}

function windowX(paper: Paper, index: number): number {
  return FRAME + index * (windowSize(paper).width + FRAME);
}

function hint(paper: Paper, words: string): Svg {
  return fittedText([paper.width / 2, 36], words, paper.width - 20, { size: 30 });
}

function signOf(sign: Sign, isOn: boolean): Svg {
  if (sign === 'lightbulb') return lightBulb(230, isOn ? YELLOW : WHITE, isOn);
  return text([0, 0], isOn ? '1' : '0', { size: 230, font: 'hand' });
}
