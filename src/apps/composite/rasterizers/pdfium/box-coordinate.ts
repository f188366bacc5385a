/** Digits of a decimal number that survive in a float of 32 bits. */
const FLOAT_DIGITS = 7;

/**
 * A coordinate of a page's box, as pdftoppm reads it from the PDF. It adds up the decimal places one by one, so that 6.48
 * becomes 6.4800000000000004. The few last bits decide whether a page gets one more pixel.
 *
 * @param float as PDFium has it: 595.276 is 595.2760009765625 there.
 */
export function boxCoordinate(float: number): number {
  const decimal = Number(float.toPrecision(FLOAT_DIGITS));
  const [whole = '0', places] = Math.abs(decimal).toString().split('.');
  // A number in exponential notation has no decimal places that count.
  if (places === undefined || places.includes('e')) return decimal;
  let sum = Number(whole);
  let scale = 0.1;
  for (const digit of places) {
    sum += scale * Number(digit);
    scale *= 0.1;
  }
  return Math.sign(decimal) * sum;
}
