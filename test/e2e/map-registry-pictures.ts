import sharp from 'sharp';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';

/** The kinds of maps of the scene, each with a look of its own. */
export type Look = 'rivers' | 'roads' | 'census' | 'terrain' | 'old' | 'heat';

const SIZE = 150;

/** Draws a small map that nobody has seen: a WebP as checks store it. */
export function drawThumbnail(look: Look, seed: number): Promise<Buffer> {
  const random = seededRandom(seed);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}" viewBox="0 0 ${SIZE} ${SIZE}">${DRAWINGS[look](random)}</svg>`;
  return sharp(Buffer.from(svg)).webp({ quality: 80 }).toBuffer();
}

const DRAWINGS: Readonly<Record<Look, (random: SeededRandom) => string>> = {
  rivers: (random) =>
    `<rect width="150" height="150" fill="#eef2e6"/>${lines(random, 7, '#3b82b8', 2.2)}${lines(random, 9, '#7fb2d6', 0.9)}`,
  roads: (random) =>
    `<rect width="150" height="150" fill="#f4f1ea"/>${lines(random, 12, '#fff', 4)}${lines(random, 6, '#e08b3e', 2)}${lines(random, 10, '#b9b2a5', 0.7)}`,
  census: (random) => cells(random, ['#f1eef6', '#bdc9e1', '#74a9cf', '#2b8cbe', '#045a8d'], '#fff'),
  terrain: (random) =>
    `<rect width="150" height="150" fill="#7fa66b"/>${blobs(random, ['#9dbb7c', '#c9c48a', '#d8b98a', '#f3efe8'])}`,
  old: (random) =>
    `<rect width="150" height="150" fill="#e9d9b6"/>${lines(random, 8, '#8a6d3f', 1)}${lines(random, 3, '#5b7f86', 1.8)}${cells(random, ['none', 'none', '#d9b98c55', '#c98f6a44'], '#8a6d3f33')}`,
  heat: (random) =>
    `<rect width="150" height="150" fill="#1d2b53"/>${blobs(random, ['#3d5a98', '#7a5195', '#ef5675', '#ffa600'])}`,
};

function lines(random: SeededRandom, count: number, colour: string, width: number): string {
  const drawn = Array.from({ length: count }, () => {
    const points = Array.from({ length: 5 }, (_, at) => `${at * 45 - 15},${random.below(170) - 10}`);
    return `<path d="M${points[0]} C${points[1]} ${points[2]} ${points[3]} S170,${random.below(150)} ${points[4]}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round"/>`;
  });
  return drawn.join('');
}

function cells(random: SeededRandom, colours: readonly string[], line: string): string {
  const corner = Array.from({ length: 49 }, (_, at) => [
    (at % 7) * 28 - 10 + random.below(14),
    Math.floor(at / 7) * 28 - 10 + random.below(14),
  ]);
  const drawn = Array.from({ length: 36 }, (_, at) => {
    const first = Math.floor(at / 6) * 7 + (at % 6);
    const points = [first, first + 1, first + 8, first + 7].map((each) => corner[each]?.join());
    return `<polygon points="${points.join(' ')}" fill="${random.oneOf(colours)}" stroke="${line}"/>`;
  });
  return drawn.join('');
}

function blobs(random: SeededRandom, colours: readonly string[]): string {
  return colours
    .map((colour, at) =>
      Array.from({ length: 7 - at }, () => {
        const size = 46 - at * 10;
        return `<ellipse cx="${random.below(150)}" cy="${random.below(150)}" rx="${size}" ry="${size * 0.6}" fill="${colour}" fill-opacity="0.75"/>`;
      }).join(''),
    )
    .join('');
}
