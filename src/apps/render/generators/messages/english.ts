/** The texts of the worksheets in English. */
export const english = {
  arrows: {
    description: 'Four cards with arrows: forward, backward, turn left, turn right.',
    forward: 'Forward',
    backward: 'Backward',
    left: 'Turn left',
    right: 'Turn right',
  },
  barcodeChecksumPoster: {
    title: 'Is this barcode right?',
    description: 'A poster that works out the check digit of a barcode, step by step.',
    digit: 'Digit',
    times: 'Times',
    product: 'Result',
    checkDigit: 'check digit',
    add: (numbers: readonly number[], sum: number) => `Add the results: ${numbers.join(' + ')} = ${sum}`,
    lastDigit: (sum: number, digit: number) => `The last digit of ${sum} is ${digit}.`,
    subtract: (digit: number, check: number) =>
      digit === 0
        ? 'It is 0, so the check digit is 0.'
        : `10 − ${digit} = ${check}. That is the check digit.`,
    verdict: 'If one digit is read wrongly, the check digit does not fit any more.',
    steps: ['Multiply every digit but the last by the number below it.'],
  },
  binaryCards: {
    front: (count: number) => `A card with ${count} ${count === 1 ? 'dot' : 'dots'}.`,
    back: 'The black back of a card.',
  },
  binaryCardsSmall: {
    front: (counts: readonly number[]) => `Cards with ${counts.join(', ')} dots.`,
    back: 'The black backs of cards.',
  },
  binaryToAlphabet: {
    title: 'Letters as binary numbers',
    studentHint: 'Write the binary number of each letter. The first one is done.',
    teacherHint: 'Answers: the binary number of each letter.',
    description: 'A table with the letters of the alphabet, their numbers, and five binary digits for each.',
    letter: 'Letter',
    number: 'Number',
    space: 'space',
  },
  binaryWindows: {
    pictures: (counts: readonly number[]) =>
      `The sheet below the windows: ${counts.join(', ')} dots, each with the sign for on.`,
    windows: 'The sheet of windows, to cut along the dashed lines; each has the sign for off.',
    belowHint: 'Sheet 1: this is what the windows show when they are open.',
    windowHint:
      'Sheet 2: cut along the dashed lines, fold along the dotted ones, and glue the frame on sheet 1.',
  },
  grid: { description: 'A grid of eight by eight squares.' },
  jobBadges: {
    description: 'Six badges to cut out: programmer, bot and tester, twice each.',
    programmer: 'Programmer',
    programmerTask: 'writes the instructions',
    bot: 'Bot',
    botTask: 'does what they say',
    tester: 'Tester',
    testerTask: 'looks for mistakes',
  },
  leftRightCards: {
    description: 'Two cards to cut out: a left hand and a right hand.',
    left: 'Left',
    right: 'Right',
  },
  moduloClock: {
    blank: 'The dial of a clock without numbers.',
    numbered: (numbers: number) => `The dial of a clock with the numbers from 0 to ${numbers - 1}.`,
  },
  parityCards: {
    front: 'Twenty white cards: the faces.',
    back: (colour: string) => `Twenty cards in ${colour}: the backs.`,
    colours: { black: 'black', blue: 'blue', green: 'green', purple: 'purple', red: 'red' },
  },
  pianoKeys: {
    plain: 'Two octaves of a piano, with the names of the white keys.',
    highlighted: (note: string) =>
      `Two octaves of a piano, with the names of the white keys. Every ${note} is coloured.`,
  },
  searchingCards: {
    description: (count: number) => `${count} cards with numbers to search for, to cut out.`,
    blank: (count: number) => `${count} empty cards, to cut out.`,
    helpTitle: 'How to search among the cards',
    helpIntroduction:
      'Lay the cards in a row, face down, in the order below. Somebody names a number and pays one sweet for every card that is turned.',
    inOrder: 'The numbers in order',
    inOrderBlank: (count: number) =>
      `Write ${count} different numbers on the cards, and lay them in order, the smallest on the left.`,
    howTo: 'The quickest way',
    steps: (count: number, middle: number, turns: number) => [
      `Turn the card in the middle: the ${middle}th of ${count}.`,
      'If it is the number, you have found it.',
      'If it is larger, the number can only be on the left; if it is smaller, only on the right. Take the other half away.',
      'Turn the card in the middle of those that are left, and go on.',
      `You need ${turns} turns at most.`,
    ],
    compare:
      'Then shuffle the cards and search again: now nothing can be taken away, and it may need as many turns as there are cards.',
  },
  sortingNetwork: {
    description:
      'A sorting network for six numbers: twelve circles in which two paths meet, the smaller number leaves to the left.',
    values: (numbers: readonly number[]) => `The numbers at the start: ${numbers.join(', ')}.`,
    start: 'Start',
    finish: 'Finish',
    smaller: 'smaller',
    larger: 'larger',
    hint: 'Meet in a circle and compare: the smaller one goes left, the larger one right.',
  },
  sortingNetworkCards: {
    description: (cards: string) => `Cards to cut out: ${cards}.`,
    words: ['crab', 'crane', 'cricket', 'crocodile', 'crow', 'cuckoo'],
    ridingHood: [
      'Her mother packs a basket for Grandmother.',
      'She meets the wolf on the path in the wood.',
      'She picks flowers, and the wolf runs ahead.',
      'The wolf lies in Grandmother’s bed.',
      'The hunter hears her cry for help.',
      'They all have cake together.',
    ],
    butterfly: [
      'An egg lies on a leaf.',
      'A small caterpillar hatches.',
      'It eats and eats, and grows.',
      'It becomes a chrysalis.',
      'The chrysalis opens.',
      'A butterfly flies away.',
    ],
  },
  trainStations: {
    circular: 'A railway in a ring with six stations.',
    twisted: 'A railway that crosses itself like an eight, with six stations.',
    title: 'Where does the train stop?',
    station: (letter: string) => `Station ${letter}`,
  },
  treasureHunt: {
    title: 'Treasure hunt',
    description: (numbers: string) => `A map of an island with 26 places, from A to Z. ${numbers}`,
    numbers: (numbers: readonly number[]) => `Their numbers: ${numbers.join(', ')}.`,
    blank: 'They have no numbers yet.',
    number: 'The number of the treasure:',
    instructionsTitle: 'Treasure hunt: how to play',
    aim: 'The treasure lies at one of the 26 places of the island. Find it with as few questions as you can.',
    youNeed: 'You need',
    needed: 'Two players, and a map for each. The other player must not see yours.',
    steps: [
      'Choose a place for your treasure, and write its number below your map. Keep the letter to yourself.',
      'Tell the other player the number of your treasure.',
      'Take turns. Name a letter: the other player tells you the number of that place.',
      'If it is the number of the treasure, you have found it. Cross out every place that you asked for.',
      'Count the questions. The player who needed fewer questions wins.',
    ],
    thinkSorted:
      'The numbers grow from A to Z. How can you leave out half of the places with one question? How many questions do you need at most?',
    thinkUnsorted:
      'The numbers are in no order. Is there a better way than asking for one place after the other?',
    thinkBlank:
      'Write a number at each place first: in order from A to Z, or not. Which is easier to search?',
    think: 'Think about it',
    play: 'The game',
  },
};
