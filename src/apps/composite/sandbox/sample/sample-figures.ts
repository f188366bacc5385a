import { BLUE, GREEN, GREY, INK, OCHRE, PALE, PAPER, RED } from './sample-colours.ts';
import { addPage, FONTS, heading, MARGIN, type Pdf } from './sample-page.ts';

const MILESTONES = [
  ['105', 'A court official in China describes a sheet made of bark, rags and old nets.', RED],
  ['751', 'The craft travels west along the Silk Road, to Samarkand.', OCHRE],
  ['1282', 'The first known watermark, a cross, in a sheet from Italy.', GREEN],
  ['1390', 'A mill turns by the river at Nuremberg.', BLUE],
  ['1799', 'A machine makes paper without an end: the roll is born.', RED],
  ['1844', 'Wood takes the place of rags, and paper becomes cheap.', OCHRE],
  ['1922', 'A German standard gives the sheet its ratio, one to the root of two.', GREEN],
  ['today', 'Sheets are photographed, page by page, and travel as numbers.', BLUE],
] as const;

/** A line of dates down the page. */
export function drawTimeline(pdf: Pdf, page: number): void {
  addPage(pdf, { number: page });
  heading(pdf, 'From rag to roll', 'Some dates, far apart');
  const x = 190;
  const top = 176;
  const step = 74;
  pdf.moveTo(x, top - 16).lineTo(x, top + step * (MILESTONES.length - 1) + 36);
  pdf.lineWidth(2).stroke(INK);
  for (const [index, [year, text, colour]] of MILESTONES.entries()) {
    const y = top + index * step;
    pdf
      .circle(x, y + 12, 9)
      .lineWidth(3)
      .fillAndStroke(PAPER, colour);
    pdf.font(FONTS.serifBold).fontSize(27).fillColor(colour);
    pdf.text(year, MARGIN, y, { width: x - MARGIN - 24, align: 'right', lineBreak: false });
    pdf
      .font(FONTS.serif)
      .fontSize(14.5)
      .fillColor(INK)
      .text(text, x + 28, y + 2, { width: 300 });
  }
}

const FULL_SIZE = { width: 841, height: 1_189 };

/** The sides of A0 to A10 in millimetres: each sheet is the one before, halved. */
function seriesA(): { name: string; width: number; height: number }[] {
  const sheets: { name: string; width: number; height: number }[] = [];
  let { width, height } = FULL_SIZE;
  for (let number = 0; number <= 10; number += 1) {
    sheets.push({ name: `A${number}`, width, height });
    [width, height] = [Math.floor(height / 2), width];
  }
  return sheets;
}

/** A table with rules, figures in columns, and small type. */
export function drawSizes(pdf: Pdf, page: number): void {
  addPage(pdf, { number: page });
  heading(pdf, 'The A series', 'Every sheet is half of the one before it');
  const columns = [MARGIN + 12, 150, 248, 346, 430] as const;
  const titles = ['Name', 'Sides, mm', 'Area, cm²', 'Of A0', 'At 500 DPI, pixels'];
  const top = 172;
  const rowHeight = 41;
  pdf.rect(MARGIN, top, pdf.page.width - 2 * MARGIN, 32).fill(INK);
  pdf.font(FONTS.sansBold).fontSize(10.5).fillColor(PAPER);
  for (const [index, title] of titles.entries())
    pdf.text(title, columns[index], top + 11, { lineBreak: false });
  for (const [index, { name, width, height }] of seriesA().entries()) {
    const y = top + 32 + index * rowHeight;
    if (index % 2 === 1) pdf.rect(MARGIN, y, pdf.page.width - 2 * MARGIN, rowHeight).fill(PALE);
    const pixels = (millimetres: number) => Math.round((millimetres / 25.4) * 500).toLocaleString('en');
    const cells = [
      name,
      `${width} × ${height}`,
      ((width * height) / 100).toLocaleString('en', { maximumFractionDigits: 1 }),
      index === 0 ? '1' : `1/${2 ** index}`,
      `${pixels(width)} × ${pixels(height)}`,
    ];
    for (const [cell, text] of cells.entries()) {
      pdf.font(cell === 0 ? FONTS.serifBold : FONTS.serif).fontSize(cell === 0 ? 19 : 14);
      pdf.fillColor(cell === 0 ? RED : INK);
      pdf.text(text, columns[cell], y + (cell === 0 ? 11 : 14), { lineBreak: false });
    }
  }
  const bottom = top + 32 + 11 * rowHeight;
  pdf
    .moveTo(MARGIN, bottom)
    .lineTo(pdf.page.width - MARGIN, bottom)
    .lineWidth(1.2)
    .stroke(INK);
  pdf.font(FONTS.serifItalic).fontSize(11).fillColor(GREY);
  pdf.text(
    'A0 has an area of one square metre, as nearly as whole millimetres allow. What the halving leaves over is cut off.',
    MARGIN,
    bottom + 16,
    { width: pdf.page.width - 2 * MARGIN },
  );
}

const SHEET_MILLIMETRES = 0.1;

const HEIGHTS = [
  ['a pencil', 7, BLUE],
  ['a chair', 900, GREEN],
  ['a house', 10_000, OCHRE],
  ['the highest mountain', 8_849_000, RED],
] as const;

/** A chart on a logarithmic scale. */
export function drawFolding(pdf: Pdf, page: number): void {
  addPage(pdf, { number: page });
  heading(pdf, 'Folded, and folded again', 'How thick a sheet of 0.1 mm becomes, if one could');
  const area = { x: MARGIN + 46, y: 182, width: pdf.page.width - 2 * MARGIN - 56, height: 440 };
  const decades = 9;
  const yOf = (millimetres: number) =>
    area.y + area.height - ((Math.log10(millimetres) + 1) / decades) * area.height;
  pdf.font(FONTS.sans).fontSize(9.5);
  for (let decade = 0; decade <= decades; decade += 1) {
    const millimetres = 10 ** (decade - 1);
    const y = yOf(millimetres);
    pdf
      .moveTo(area.x, y)
      .lineTo(area.x + area.width, y)
      .lineWidth(0.4)
      .stroke('#cdc2a8');
    pdf
      .fillColor(GREY)
      .text(lengthLabel(millimetres), MARGIN - 10, y - 5, { width: 48, align: 'right', lineBreak: false });
  }
  const folds = 27;
  const slot = area.width / (folds + 1);
  for (let fold = 0; fold <= folds; fold += 1) {
    const y = yOf(SHEET_MILLIMETRES * 2 ** fold);
    const height = Math.max(area.y + area.height - y, 2);
    const gradient = pdf.linearGradient(0, area.y + area.height, 0, area.y);
    gradient.stop(0, BLUE).stop(0.5, GREEN).stop(0.8, OCHRE).stop(1, RED);
    pdf.rect(area.x + fold * slot + 1.5, area.y + area.height - height, slot - 3, height).fill(gradient);
    if (fold % 3 === 0) {
      pdf.fillColor(INK).text(String(fold), area.x + fold * slot, area.y + area.height + 8, {
        width: slot,
        align: 'center',
        lineBreak: false,
      });
    }
  }
  for (const [name, millimetres, colour] of HEIGHTS) {
    const y = yOf(millimetres);
    pdf
      .moveTo(area.x, y)
      .lineTo(area.x + area.width, y)
      .dash(5, { space: 3 })
      .lineWidth(1.1)
      .stroke(colour)
      .undash();
    pdf
      .font(FONTS.serifItalic)
      .fontSize(13)
      .fillColor(colour)
      .text(name, area.x + 8, y - 17, { lineBreak: false });
  }
  pdf.font(FONTS.sans).fontSize(10.5).fillColor(INK);
  pdf.text('folds', area.x, area.y + area.height + 28, { width: area.width, align: 'center' });
  pdf.font(FONTS.serif).fontSize(13);
  pdf.text(
    'Seven folds are hard by hand. Twenty-seven would reach above every summit, on a base too small to stand on.',
    MARGIN,
    684,
    { width: pdf.page.width - 2 * MARGIN, lineGap: 2 },
  );
}

function lengthLabel(millimetres: number): string {
  if (millimetres >= 1_000_000) return `${millimetres / 1_000_000} km`;
  return millimetres >= 1_000 ? `${millimetres / 1_000} m` : `${millimetres} mm`;
}

/** A landscape page: the sheets of the series, within one another. */
export function drawSeries(pdf: Pdf, page: number): void {
  addPage(pdf, { number: page, layout: 'landscape' });
  heading(pdf, 'One sheet, halved', 'This page lies on its side, as A0 does here');
  const colours = [BLUE, RED, OCHRE, GREEN, '#7d4f8c', '#2f8f95', '#a8643c', '#6b7280'];
  let area = { x: 171, y: 150, width: 1_189 * 0.42, height: 841 * 0.42 };
  for (let number = 1; number <= 8; number += 1) {
    const isWide = area.width > area.height;
    const half = isWide ? { ...area, width: area.width / 2 } : { ...area, height: area.height / 2 };
    const colour = colours[number - 1] ?? INK;
    pdf.rect(half.x, half.y, half.width, half.height).lineWidth(1.5).fillAndStroke(colour, PAPER);
    const size = Math.max(9, Math.min(half.width, half.height) * 0.32);
    pdf.font(FONTS.serifBold).fontSize(size).fillColor(PAPER);
    pdf.text(`A${number}`, half.x, half.y + half.height / 2 - size * 0.42, {
      width: half.width,
      align: 'center',
      lineBreak: false,
    });
    area = isWide
      ? { ...area, x: area.x + area.width / 2, width: area.width / 2 }
      : { ...area, y: area.y + area.height / 2, height: area.height / 2 };
  }
  pdf.rect(area.x, area.y, area.width, area.height).lineWidth(1).fillAndStroke(PALE, PAPER);
}

const STATIONS = [
  ['A PDF is named', 'One request tells where it lies, and whose it is.', BLUE],
  ['It is fetched', 'Streamed to disk, whatever its size.', BLUE],
  ['Its pages are drawn', 'Several at a time, each as large as was asked for.', RED],
  ['They are stored', 'Each as soon as it is done, in no certain order.', OCHRE],
  ['They are handed over', 'In batches, in their right order, each batch once.', GREEN],
  ['They can be seen', 'At any size, in any browser, beside their kin.', GREEN],
] as const;

/** How a page comes from a PDF to a screen. */
export function drawJourney(pdf: Pdf, page: number): void {
  addPage(pdf, { number: page });
  heading(pdf, 'How this page travels', 'Six stations, a few seconds');
  const width = 330;
  const height = 74;
  for (const [index, [title, text, colour]] of STATIONS.entries()) {
    const x = MARGIN + (index % 2 === 0 ? 0 : pdf.page.width - 2 * MARGIN - width);
    const y = 168 + index * 98;
    pdf.roundedRect(x + 4, y + 5, width, height, 10).fill(PALE);
    pdf.roundedRect(x, y, width, height, 10).lineWidth(1.6).fillAndStroke('#ffffff', colour);
    pdf.circle(x + 38, y + height / 2, 21).fill(colour);
    pdf.font(FONTS.serifBold).fontSize(24).fillColor(PAPER);
    pdf.text(String(index + 1), x + 18, y + height / 2 - 9, { width: 40, align: 'center', lineBreak: false });
    pdf
      .font(FONTS.serifBold)
      .fontSize(18)
      .fillColor(INK)
      .text(title, x + 76, y + 15, { lineBreak: false });
    pdf
      .font(FONTS.serif)
      .fontSize(12.5)
      .fillColor(GREY)
      .text(text, x + 76, y + 41, { lineBreak: false });
    if (index < STATIONS.length - 1) drawArrow(pdf, pdf.page.width / 2, y + height + 3);
  }
}

function drawArrow(pdf: Pdf, x: number, y: number): void {
  pdf
    .moveTo(x, y)
    .lineTo(x, y + 12)
    .lineWidth(2)
    .stroke(INK);
  pdf.polygon([x - 5, y + 11], [x + 5, y + 11], [x, y + 19]).fill(INK);
}

/** What shows whether an image is sharp and true: patches, grey steps, lines, a star. */
export function drawTestChart(pdf: Pdf, page: number): void {
  addPage(pdf, { number: page });
  heading(pdf, 'Is it sharp? Is it true?', 'Patches, steps, lines and a star, to be looked at closely');
  const patches = ['#00aeef', '#ec008c', '#fff200', '#000000', '#d1001f', '#00a651', '#2e3192', '#ffffff'];
  const size = (pdf.page.width - 2 * MARGIN) / patches.length;
  for (const [index, colour] of patches.entries()) {
    pdf
      .rect(MARGIN + index * size, 168, size, size)
      .lineWidth(0.5)
      .fillAndStroke(colour, INK);
  }
  for (let step = 0; step <= 16; step += 1) {
    const tone = Math.round((step / 16) * 255)
      .toString(16)
      .padStart(2, '0');
    const width = (pdf.page.width - 2 * MARGIN) / 17;
    pdf.rect(MARGIN + step * width, 250, width + 0.3, 44).fill(`#${tone}${tone}${tone}`);
  }
  drawStar(pdf, 200, 444, 116);
  for (const [index, width] of [2, 1.2, 0.7, 0.4, 0.25].entries()) {
    const y = 330 + index * 48;
    for (let line = 0; line < 9; line += 1) {
      pdf.moveTo(360, y + line * width * 2).lineTo(470, y + line * width * 2);
    }
    pdf.lineWidth(width).stroke(INK);
    pdf.font(FONTS.sans).fontSize(9).fillColor(INK).text(`${width} pt`, 482, y, { lineBreak: false });
  }
  let y = 590;
  for (const points of [14, 10, 7, 5, 3.5]) {
    pdf.font(FONTS.serif).fontSize(points).fillColor(INK);
    pdf.text(`${points} pt  A fine line of small type tells more than any number.`, MARGIN, y, {
      lineBreak: false,
    });
    y += points + 12;
  }
  pdf.font(FONTS.serifItalic).fontSize(12).fillColor(GREY);
  pdf.text('Here the almanac ends.', 0, 736, { width: pdf.page.width, align: 'center' });
}

function drawStar(pdf: Pdf, x: number, y: number, radius: number): void {
  const rays = 48;
  for (let ray = 0; ray < rays; ray += 1) {
    const [from, to] = [(ray / rays) * 2 * Math.PI, ((ray + 0.5) / rays) * 2 * Math.PI];
    pdf.polygon(
      [x, y],
      [x + radius * Math.cos(from), y + radius * Math.sin(from)],
      [x + radius * Math.cos(to), y + radius * Math.sin(to)],
    );
    pdf.fill(INK);
  }
}
