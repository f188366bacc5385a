// Moments and spans as people read them. Nothing here knows a browser.

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

/** A span: `0.42 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function spanInWords(totalSeconds: number): string {
  const seconds = Math.max(0, totalSeconds);
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE_SECONDS) return `${whole} s`;
  if (whole < HOUR_SECONDS) return inTwo(whole, MINUTE_SECONDS, 'min', 1, 's');
  if (whole < DAY_SECONDS) return inTwo(whole, HOUR_SECONDS, 'h', MINUTE_SECONDS, 'min');
  return inTwo(whole, DAY_SECONDS, 'd', HOUR_SECONDS, 'h');
}

function inTwo(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % large) / small);
  const first = `${Math.floor(seconds / large)} ${largeUnit}`;
  return rest === 0 ? first : `${first} ${rest} ${smallUnit}`;
}

/** Seconds from one moment to another, both ISO 8601. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1_000;
}

/** How long ago a moment is, or how soon: "3 minutes ago", "in 2 hours". */
export function distanceInWords(moment: string, nowMilliseconds: number, language?: string): string {
  const seconds = (Date.parse(moment) - nowMilliseconds) / 1_000;
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const size = Math.abs(seconds);
  if (size < 5) return 'just now';
  if (size < MINUTE_SECONDS) return words.format(Math.trunc(seconds), 'second');
  if (size < HOUR_SECONDS) return words.format(Math.trunc(seconds / MINUTE_SECONDS), 'minute');
  if (size < DAY_SECONDS) return words.format(Math.trunc(seconds / HOUR_SECONDS), 'hour');
  return words.format(Math.trunc(seconds / DAY_SECONDS), 'day');
}
