import { BLUE, GREEN, INK, OCHRE, PAPER, RED } from './sample-colours.ts';
import type { Area, Pdf } from './sample-page.ts';

/** Draws as it were at random, but the same at every run. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Draws within an area, and nothing outside of it. */
export function clipped(pdf: Pdf, area: Area, draw: () => void): void {
  pdf.save();
  pdf.rect(area.x, area.y, area.width, area.height).clip();
  draw();
  pdf.restore();
}

/** Marbled paper: bands of colour that a comb was drawn through. */
export function drawMarbledPaper(pdf: Pdf, area: Area, colours: readonly string[], seed: number): void {
  const random = seededRandom(seed);
  const combs = Array.from({ length: 5 }, () => ({
    frequency: 0.008 + random() * 0.03,
    phase: random() * 6.28,
    depth: 8 + random() * 26,
  }));
  const shift = (x: number, row: number) =>
    combs.reduce(
      (sum, { frequency, phase, depth }, index) =>
        sum + depth * Math.sin(x * frequency + phase + row * (0.06 + index * 0.035)),
      0,
    );
  const rowHeight = 9;
  clipped(pdf, area, () => {
    for (let row = -14; row * rowHeight < area.height + 130; row += 1) {
      const top = area.y + row * rowHeight;
      pdf.moveTo(area.x - 5, area.y + area.height + 200);
      for (let x = -5; x <= area.width + 5; x += 3) pdf.lineTo(area.x + x, top + shift(x, row));
      pdf.lineTo(area.x + area.width + 5, area.y + area.height + 200).closePath();
      const colour = colours[Math.abs(row * 7 + (row % 3)) % colours.length] ?? INK;
      pdf.fillAndStroke(colour, PAPER).lineWidth(0.4);
    }
    for (let drop = 0; drop < 90; drop += 1) {
      const radius = 0.6 + random() ** 3 * 7;
      pdf.circle(area.x + random() * area.width, area.y + random() * area.height, radius);
      pdf.fillOpacity(0.75).fill(random() > 0.5 ? PAPER : OCHRE);
    }
    pdf.fillOpacity(1);
  });
}

/** Laid paper held against the light: its wires, its chains, and a watermark. */
export function drawLaidPaper(pdf: Pdf, area: Area): void {
  clipped(pdf, area, () => {
    const light = pdf.radialGradient(
      area.x + area.width * 0.5,
      area.y + area.height * 0.42,
      20,
      area.x + area.width * 0.5,
      area.y + area.height * 0.5,
      area.height * 0.7,
    );
    light.stop(0, '#fffaf0').stop(0.55, '#f0dfb8').stop(1, '#c79f62');
    pdf.rect(area.x, area.y, area.width, area.height).fill(light);
    pdf.lineWidth(0.35).strokeColor('#8a6530').strokeOpacity(0.4);
    for (let y = area.y; y < area.y + area.height; y += 3.1) {
      pdf.moveTo(area.x, y).lineTo(area.x + area.width, y + 0.6);
    }
    pdf.stroke();
    pdf.lineWidth(1.1).strokeOpacity(0.35);
    for (let x = area.x + 34; x < area.x + area.width; x += 68) {
      pdf.moveTo(x, area.y).lineTo(x + 1.5, area.y + area.height);
    }
    pdf.stroke().strokeOpacity(1);
    drawWatermark(pdf, area.x + area.width / 2, area.y + area.height * 0.45, 105);
    const random = seededRandom(11);
    for (let fibre = 0; fibre < 240; fibre += 1) {
      const x = area.x + random() * area.width;
      const y = area.y + random() * area.height;
      pdf
        .moveTo(x, y)
        .quadraticCurveTo(
          x + random() * 16 - 8,
          y + random() * 16 - 8,
          x + random() * 26 - 13,
          y + random() * 26 - 13,
        );
    }
    pdf.lineWidth(0.5).strokeOpacity(0.28).stroke('#7a5523').strokeOpacity(1);
  });
}

/** A crowned flower, as of wire. */
function drawWatermark(pdf: Pdf, centreX: number, centreY: number, size: number): void {
  pdf.save().translate(centreX, centreY);
  pdf.lineWidth(3.2).strokeColor('#fffdf4').strokeOpacity(0.95).lineJoin('round').lineCap('round');
  for (let petal = 0; petal < 8; petal += 1) {
    pdf.save().rotate(petal * 45);
    pdf.moveTo(0, -size * 0.22);
    pdf.bezierCurveTo(-size * 0.34, -size * 0.5, -size * 0.16, -size * 0.9, 0, -size);
    pdf.bezierCurveTo(size * 0.16, -size * 0.9, size * 0.34, -size * 0.5, 0, -size * 0.22).stroke();
    pdf.restore();
  }
  pdf.circle(0, 0, size * 0.2).stroke();
  pdf.circle(0, 0, size * 1.12).stroke();
  pdf.moveTo(-size * 0.5, -size * 1.35);
  for (const [x, y] of [
    [-0.62, -1.85],
    [-0.28, -1.55],
    [0, -2],
    [0.28, -1.55],
    [0.62, -1.85],
    [0.5, -1.35],
  ] as const) {
    pdf.lineTo(x * size, y * size);
  }
  pdf.closePath().stroke();
  pdf.restore();
}

/** Watercolour: round washes that let one another through. */
export function drawWashes(pdf: Pdf, area: Area): void {
  const random = seededRandom(5);
  const colours = [BLUE, RED, OCHRE, GREEN, '#7d4f8c', '#2f8f95'];
  clipped(pdf, area, () => {
    pdf.rect(area.x, area.y, area.width, area.height).fill('#fffdf8');
    for (let wash = 0; wash < 46; wash += 1) {
      const x = area.x + random() * area.width;
      const y = area.y + random() * area.height;
      const radius = 26 + random() * 92;
      const colour = colours[wash % colours.length] ?? BLUE;
      const gradient = pdf.radialGradient(x, y, 0, x, y, radius);
      gradient.stop(0, colour, 0.1).stop(0.82, colour, 0.3).stop(0.95, colour, 0.52).stop(1, colour, 0.12);
      pdf.circle(x, y, radius).fill(gradient);
    }
  });
}

/** Rows of waves, as on the cover. */
export function drawWaves(pdf: Pdf, area: Area): void {
  const radius = 27;
  clipped(pdf, area, () => {
    for (let row = 0; row * radius * 0.5 < area.height + radius; row += 1) {
      const y = area.y + row * radius * 0.5;
      const start = row % 2 === 0 ? 0 : radius;
      for (let x = area.x + start - radius; x < area.x + area.width + radius; x += 2 * radius) {
        const tones = ['#1d2433', '#2c3d5c', '#27567f', '#4d7ea3', '#d99a2b', '#fbf7ee'];
        for (const [ring, tone] of tones.entries()) {
          pdf.circle(x, y, radius * (1 - ring / tones.length)).fill(tone);
        }
      }
    }
  });
}
