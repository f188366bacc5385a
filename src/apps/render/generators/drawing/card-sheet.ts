import type { DrawnPage, Label } from '../page.ts';
import type { Paper } from '../paper.ts';
import { CUT } from './colours.ts';
import { at, drawing, line, type Svg } from './svg.ts';

/** A card's place in its page has this size, in units. */
export interface CardSize {
  readonly width: number;
  readonly height: number;
}

/** How cards lie on their pages. */
export interface CardSheet {
  readonly paper: Paper;
  readonly columns: number;
  readonly rows: number;
  /** What can be seen on a page. */
  readonly description: string;
}

/** How large the cards of a sheet are. */
export function cardSize({ paper, columns, rows }: Pick<CardSheet, 'paper' | 'columns' | 'rows'>): CardSize {
  return { width: paper.width / columns, height: paper.height / rows };
}

/** A card, and what differs on it between copies, at places of the card. */
export interface LabelledCard {
  readonly svg: Svg;
  readonly labels: readonly Label[];
}

/** Lays cards on as many pages as they need, with lines to cut along between them. */
export function cardPages(sheet: CardSheet, cards: readonly (Svg | LabelledCard)[]): DrawnPage[] {
  const perPage = sheet.columns * sheet.rows;
  return Array.from({ length: Math.ceil(cards.length / perPage) }, (_, page) =>
    cardPage(sheet, cards.slice(page * perPage, (page + 1) * perPage)),
  );
}

function cardPage(sheet: CardSheet, cards: readonly (Svg | LabelledCard)[]): DrawnPage {
  const { width, height } = cardSize(sheet);
  const laid = cards.map((card, index) => {
    const { svg, labels } = typeof card === 'string' ? { svg: card, labels: [] } : card;
    const [x, y] = [(index % sheet.columns) * width, Math.floor(index / sheet.columns) * height];
    return {
      svg: at(x, y, svg),
      labels: labels.map((label) => ({ ...label, x: label.x + x, baseline: label.baseline + y })),
    };
  });
  return {
    kind: 'drawing',
    svg: drawing(sheet.paper, ...laid.map(({ svg }) => svg), cutLines(sheet)),
    labels: laid.flatMap(({ labels }) => labels),
    description: sheet.description,
  };
}

/** Dashed lines between the cards of a page. */
function cutLines({ paper, columns, rows }: Pick<CardSheet, 'paper' | 'columns' | 'rows'>): Svg {
  const { width, height } = cardSize({ paper, columns, rows });
  const style = { stroke: CUT, 'stroke-width': 2, 'stroke-dasharray': '14 10' };
  const vertical = Array.from({ length: columns - 1 }, (_, index) =>
    line([(index + 1) * width, 0], [(index + 1) * width, paper.height], style),
  );
  const horizontal = Array.from({ length: rows - 1 }, (_, index) =>
    line([0, (index + 1) * height], [paper.width, (index + 1) * height], style),
  );
  return [...vertical, ...horizontal].join('');
}
