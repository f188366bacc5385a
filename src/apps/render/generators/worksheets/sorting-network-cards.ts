import { BUTTERFLY_PICTURES } from '../drawing/butterfly-story.ts';
import { cardPages, cardSize } from '../drawing/card-sheet.ts';
import { INK, WHITE } from '../drawing/colours.ts';
import { RIDING_HOOD_PICTURES } from '../drawing/riding-hood-story.ts';
import { at, line, rectangle, type Svg, scaled } from '../drawing/svg.ts';
import { fittedText, label, linesOf, paragraph, text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';
import type { Catalogue } from '../messages/catalogue.ts';
import type { SeededRandom } from '../random.ts';

/** The room that a card has around its middle. */
interface Room {
  readonly width: number;
  readonly height: number;
}

/** What a card shows, around its middle, and what it says, for readers who cannot see it. */
interface Card {
  readonly face: (room: Room) => Svg;
  /** What the face has in its middle, where it differs between copies. */
  readonly number?: string;
  readonly words: string;
}

const FRACTIONS = [
  [1, 6],
  [1, 4],
  [1, 3],
  [1, 2],
  [2, 3],
  [3, 4],
] as const;

const LETTERS = ['A', 'C', 'E', 'G', 'H', 'K', 'M', 'P', 'R', 'T', 'W', 'Y'];

/** Māori words are what these cards teach, in every language. */
const MAORI_NUMBERS = [
  'tahi',
  'rua',
  'toru',
  'whā',
  'rima',
  'ono',
  'whitu',
  'waru',
  'iwa',
  'tekau',
  'tekau mā tahi',
  'tekau mā rua',
  'tekau mā toru',
  'tekau mā whā',
  'tekau mā rima',
  'tekau mā ono',
];
const MAORI_COLOURS = {
  whero: '#cf3b31',
  karaka: '#e98a24',
  kōwhai: '#f7cd4b',
  kākāriki: '#3b9b5f',
  kahurangi: '#2c6fb5',
  waiporoporo: '#7d4fa6',
  parauri: '#8a5a34',
  pango: '#1f2328',
};

const WORD_SIZE = 330;

const TYPES = [
  'small_numbers',
  'large_numbers',
  'fractions',
  'maori_numbers',
  'words',
  'letters',
  'maori_colours',
  'riding_hood',
  'butterfly',
] as const;

type CardType = (typeof TYPES)[number];

/** Cards to send through a sorting network: numbers, words, colours, or the pictures of a story. */
export const sortingNetworkCards = defineGenerator({
  view: 'sorting_network_cards',
  options: {
    type: TYPES,
  },
  subtitle: ({ type }, paper) => `${type.replaceAll('_', ' ')} - ${paper.name}`,
  isRandom: ({ type }) => type === 'large_numbers',
  pages: ({ options: { type }, paper, random, messages }) => {
    const layout = { paper, columns: 1, rows: 2 };
    const { width, height } = cardSize(layout);
    const cards = cardsOf(type, random, messages);
    const room = { width: width - 120, height: height - 140 };
    const frame = rectangle(30, 35, width - 60, height - 70, {
      rx: 40,
      fill: WHITE,
      stroke: INK,
      'stroke-width': 7,
    });
    const words = cards.map((card) => card.words).join(', ');
    return cardPages(
      { ...layout, description: messages.sortingNetworkCards.description(words) },
      cards.map(({ face, number }) => ({
        svg: frame + at(width / 2, height / 2, face(room)),
        labels:
          number === undefined ? [] : [label([width / 2, height / 2], number, room.width - 40, WORD_SIZE)],
      })),
    );
  },
});

function cardsOf(type: CardType, random: SeededRandom, messages: Catalogue): readonly Card[] {
  const words = messages.sortingNetworkCards;
  switch (type) {
    case 'small_numbers':
      return [1, 2, 3, 4, 5, 6].map((number) => wordCard(String(number)));
    case 'large_numbers':
      return random.distinctBetween(6, 1_000_000, 9_999_999).map((number) => numberCard(withGaps(number)));
    case 'fractions':
      return FRACTIONS.map(([above, below]) => fractionCard(above, below));
    case 'maori_numbers':
      return MAORI_NUMBERS.map(wordCard);
    case 'words':
      return words.words.map(wordCard);
    case 'letters':
      return LETTERS.map(wordCard);
    case 'maori_colours':
      return Object.entries(MAORI_COLOURS).map(([name, colour]) => colourCard(name, colour));
    case 'riding_hood':
      return words.ridingHood.map((sentence, index) => storyCard(sentence, RIDING_HOOD_PICTURES[index]));
    default:
      return words.butterfly.map((sentence, index) => storyCard(sentence, BUTTERFLY_PICTURES[index]));
  }
}

function numberCard(number: string): Card {
  return { words: number, face: () => '', number };
}

function wordCard(words: string): Card {
  return {
    words,
    face: ({ width }) => fittedText([0, 0], words, width - 40, { size: WORD_SIZE, font: 'hand' }),
  };
}

function fractionCard(above: number, below: number): Card {
  return {
    words: `${above}/${below}`,
    face: () =>
      [
        text([0, -150], String(above), { size: 260, font: 'hand' }),
        line([-120, 0], [120, 0], { stroke: INK, 'stroke-width': 14, 'stroke-linecap': 'round' }),
        text([0, 150], String(below), { size: 260, font: 'hand' }),
      ].join(''),
  };
}

function colourCard(name: string, colour: string): Card {
  return {
    words: name,
    face: ({ width, height }) =>
      [
        rectangle(-width / 2, -height / 2, width, height - 190, {
          rx: 26,
          fill: colour,
          stroke: INK,
          'stroke-width': 4,
        }),
        fittedText([0, height / 2 - 80], name, width - 60, { size: 150, font: 'hand' }),
      ].join(''),
  };
}

/** A picture is 900 units wide and 460 high, around its middle. */
function storyCard(sentence: string, picture: Svg | undefined): Card {
  return {
    words: sentence,
    face: ({ width, height }) => {
      const style = { size: 54, font: 'hand' } as const;
      const lines = linesOf(sentence, width - 60, style).length;
      return [
        at(0, -height / 2 + 253, scaled(1.1, picture ?? '')),
        paragraph([0, height / 2 - 62 - (lines - 1) * style.size * 0.675], sentence, width - 60, style),
      ].join('');
    },
  };
}

/** Groups of three digits with gaps: people of every country read them. */
function withGaps(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}
