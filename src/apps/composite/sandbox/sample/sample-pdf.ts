import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { BLUE, GREY, INK, OCHRE, PAPER, RED } from './sample-colours.ts';
import {
  drawFolding,
  drawJourney,
  drawSeries,
  drawSizes,
  drawTestChart,
  drawTimeline,
} from './sample-figures.ts';
import { type Area, addPage, FONTS, heading, MARGIN, type Pdf } from './sample-page.ts';
import { drawLaidPaper, drawMarbledPaper, drawWashes, drawWaves } from './sample-plates.ts';

/** The pages of the sample; the sixth is landscape. */
export const SAMPLE_PAGE_COUNT = 11;

const TITLE = 'A Little Almanac of Paper';

/** Makes "A Little Almanac of Paper", an illustrated PDF of {@link SAMPLE_PAGE_COUNT} pages. */
export async function makeSamplePdf(): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: 'A4',
    autoFirstPage: false,
    margin: MARGIN,
    info: { Title: TITLE, Author: 'Composite Handler' },
  });
  const whole = buffer(pdf);
  drawCover(pdf);
  drawPreface(pdf);
  drawTimeline(pdf, 3);
  drawSizes(pdf, 4);
  drawFolding(pdf, 5);
  drawSeries(pdf, 6);
  drawPlate(pdf, {
    page: 7,
    title: 'Plate I: marbled paper',
    caption:
      'Colours float on thickened water, a comb is drawn through them, and the sheet is laid on: once, as no two sheets are ever alike.',
    draw: (area) => drawMarbledPaper(pdf, area, [BLUE, '#173a57', RED, OCHRE, '#f3e3bd', '#7d2620'], 3),
  });
  drawPlate(pdf, {
    page: 8,
    title: 'Plate II: laid paper, held against the light',
    caption:
      'Fine wires lie close together, stronger chains stand across them. Where a figure of wire is sewn on, the sheet is thinner, and the light tells.',
    draw: (area) => drawLaidPaper(pdf, area),
  });
  drawPlate(pdf, {
    page: 9,
    title: 'Plate III: washes',
    caption:
      'What sizing is for: on a sized sheet the water stays where it was put, and dries darkest at its edge.',
    draw: (area) => drawWashes(pdf, area),
  });
  drawJourney(pdf, 10);
  drawTestChart(pdf, 11);
  pdf.end();
  return whole;
}

function drawCover(pdf: Pdf): void {
  addPage(pdf, { colour: INK });
  const { width, height } = pdf.page;
  drawWaves(pdf, { x: 0, y: height * 0.56, width, height: height * 0.44 });
  pdf.rect(0, height * 0.56 - 6, width, 6).fill(OCHRE);
  pdf.fillColor(OCHRE).font(FONTS.sansBold).fontSize(12);
  pdf.text('A SAMPLE, IN ELEVEN PAGES', MARGIN, 120, { characterSpacing: 3 });
  pdf.fillColor(PAPER).font(FONTS.serif).fontSize(66);
  pdf.text('A Little\nAlmanac\nof Paper', MARGIN, 158, { lineGap: -6 });
  pdf.font(FONTS.serifItalic).fontSize(18).fillColor('#c9d3e3');
  pdf.text('with tables, figures, and three colour plates', MARGIN, 402);
}

const PREFACE = [
  'nyone who has carried a stack of it up a staircase knows that paper is heavy, and anyone who has seen a letter blown across a street knows that it is light. It is made of almost nothing: plant fibres, beaten until they fray, stirred into a great deal of water, caught on a sieve, and left to cling to one another while they dry. No glue holds them. The fibres are held by the same small forces that make wet sand stand up as a castle.',
  'From that one trick come the ledger and the kite, the banknote and the bag. It can be folded and will remember the fold; it can be written on and will keep the ink; it can be dissolved and made again. Held under a lamp it shows how it was born: where the wires of the mould lay, which way the pulp was flowing, where a tired hand let it run too thick.',
  'This almanac is about such things, but it has another duty. It is the sample that travels through the machine in front of you. Each of its pages is there to try something: small type and large, thin rules, smooth colour, a page that lies on its side, patterns that a careless scaling would turn into mud.',
  'If the pages come out on the other side in their order, upright, and sharp enough to read this line, then all is well. You may then send something of your own. The machine has no taste, and treats a parish register and a railway timetable with the same care.',
];

function drawPreface(pdf: Pdf): void {
  addPage(pdf, { number: 2 });
  heading(pdf, 'Before the sheet', 'A word to whoever reads this on a screen');
  const [first = '', ...others] = PREFACE;
  pdf
    .font(FONTS.serif)
    .fontSize(82)
    .fillColor(RED)
    .text('A', MARGIN - 4, 164, { lineBreak: false });
  pdf.fontSize(15).fillColor(INK);
  const options = { align: 'justify', lineGap: 4 } as const;
  const width = pdf.page.width - 2 * MARGIN;
  const [opening, rest] = splitAfterLines(pdf, first, 3, width - 60);
  pdf.text(opening, MARGIN + 60, 178, { ...options, width: width - 60 });
  pdf.text(rest, MARGIN, pdf.y, { ...options, width });
  for (const paragraph of others) {
    pdf.moveDown(0.55).text(paragraph, MARGIN, pdf.y, { ...options, width, indent: 18 });
  }
  pdf.moveDown(1.2).font(FONTS.serifItalic).fontSize(14).fillColor(BLUE);
  pdf.text('The almanac-maker', MARGIN, pdf.y, { align: 'right', width });
}

/** What fills so many lines in the current type, and what is left. */
function splitAfterLines(pdf: Pdf, text: string, lineCount: number, width: number): [string, string] {
  const words = text.split(' ');
  let line = '';
  let lines = 1;
  for (const [index, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (pdf.widthOfString(longer) <= width) {
      line = longer;
    } else if (lines === lineCount) {
      return [words.slice(0, index).join(' '), words.slice(index).join(' ')];
    } else {
      line = word;
      lines += 1;
    }
  }
  return [text, ''];
}

interface Plate {
  readonly page: number;
  readonly title: string;
  readonly caption: string;
  readonly draw: (area: Area) => void;
}

function drawPlate(pdf: Pdf, plate: Plate): void {
  addPage(pdf, { number: plate.page });
  const area = { x: 52, y: 56, width: pdf.page.width - 104, height: 590 };
  plate.draw(area);
  pdf.rect(area.x, area.y, area.width, area.height).lineWidth(0.8).stroke(INK);
  pdf.font(FONTS.serifBold).fontSize(19).fillColor(INK).text(plate.title, MARGIN, 668);
  pdf.font(FONTS.serifItalic).fontSize(12.5).fillColor(GREY);
  pdf.text(plate.caption, MARGIN, 696, { width: pdf.page.width - 2 * MARGIN, lineGap: 2 });
}
