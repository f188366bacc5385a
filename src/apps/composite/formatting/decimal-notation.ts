/**
 * Decimal notations of whole numbers, as Python's float formatting writes them: correctly rounded, halves to
 * the even digit. JavaScript's own `toFixed` and its relatives stop at 100 digits and round halves up.
 */

/** A number as `0.d1d2d3… × 10^(exponent + 1)`, rounded to so many digits. */
interface Significand {
  readonly digits: string;
  readonly exponent: number;
}

/** `1234.00`: so many decimals. An alternate form keeps the point if there are none. */
export function fixed(magnitude: number, decimals: number, isAlternate: boolean): string {
  return withDecimals(BigInt(magnitude).toString(), '0'.repeat(decimals), isAlternate);
}

/** `1.234e+03`: so many decimals, an exponent of two digits at the least. */
export function exponential(magnitude: number, decimals: number, isAlternate: boolean): string {
  return inExponentialForm(round(magnitude, decimals + 1), isAlternate);
}

/**
 * So many significant digits, with an exponent only where the number is too large for them. Zeros at the end
 * of the decimals are dropped, except in the alternate form.
 */
export function general(magnitude: number, significantDigits: number, isAlternate: boolean): string {
  const precision = Math.max(significantDigits, 1);
  const { digits, exponent } = round(magnitude, precision);
  const kept = isAlternate ? digits : digits.replace(/(?<=.)0+$/, '');
  if (exponent >= precision) return inExponentialForm({ digits: kept, exponent }, isAlternate);
  const whole = digits.slice(0, exponent + 1);
  return withDecimals(whole, kept.slice(exponent + 1), isAlternate);
}

function inExponentialForm({ digits, exponent }: Significand, isAlternate: boolean): string {
  const mantissa = withDecimals(digits.slice(0, 1), digits.slice(1), isAlternate);
  return `${mantissa}e+${String(exponent).padStart(2, '0')}`;
}

function withDecimals(whole: string, decimals: string, isAlternate: boolean): string {
  return decimals === '' && !isAlternate ? whole : `${whole}.${decimals}`;
}

function round(magnitude: number, digitCount: number): Significand {
  const exact = BigInt(magnitude).toString();
  const dropped = exact.length - digitCount;
  if (dropped <= 0) return { digits: exact.padEnd(digitCount, '0'), exponent: exact.length - 1 };
  const unit = 10n ** BigInt(dropped);
  const value = BigInt(magnitude);
  const twiceRemainder = (value % unit) * 2n;
  const below = value / unit;
  const isUp = twiceRemainder > unit || (twiceRemainder === unit && below % 2n === 1n);
  const digits = (isUp ? below + 1n : below).toString();
  // 9.99 rounds to 10.0: one digit more, whose last is a zero.
  return { digits: digits.slice(0, digitCount), exponent: dropped + digits.length - 1 };
}
