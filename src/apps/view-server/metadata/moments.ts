/** Reads a moment of ISO 8601, in UTC where it names no offset; a day alone is its beginning. */
export function readMoment(text: string): Date | undefined {
  const parts =
    /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,12}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i.exec(
      text.trim(),
    );
  if (!parts) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '0', offset = 'Z'] = parts;
  const date = new Date(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}${fullOffset(offset)}`,
  );
  const isDay = new Date(`${year}-${month}-${day}`).getUTCDate() === Number(day);
  // The offset may lead to a year that neither ISO 8601 nor Postgres has.
  const isYear = date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9_999;
  return isDay && isYear ? date : undefined;
}

/** Whether a text names a day without a time. */
export function isDay(text: string): boolean {
  return /^\d{4}-?\d\d-?\d\d$/.test(text.trim());
}

const DAY_MILLISECONDS = 86_400_000;

/** Returns the end of the day that begins at a moment. */
export function endOfDay(begin: Date): Date {
  return new Date(begin.getTime() + DAY_MILLISECONDS);
}

/**
 * Finds the time in a name of a file or folder: `…_20180610T100000_20180610T100500_…` is an interval, one such time an instant, and
 * a day (`20180610`, `2018-06-10`) the whole of it.
 */
export function timeInName(name: string): { readonly begin: Date; readonly end: Date } | undefined {
  const moments = [
    ...name.matchAll(/(?<!\d)(\d{4})-?(\d\d)-?(\d\d)[T_ ]?(\d\d)[:-]?(\d\d)[:-]?(\d\d)(?!\d)/g),
  ]
    .map(([, year, month, day, hour, minute, second]) =>
      readMoment(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`),
    )
    .filter((moment) => moment !== undefined && isPlausible(moment));
  const [begin, second] = moments;
  if (begin) return { begin, end: second && second >= begin ? second : begin };
  const days = [...name.matchAll(/(?<!\d)(\d{4})-?(\d\d)-?(\d\d)(?!\d)/g)]
    .map(([, year, month, day]) => readMoment(`${year}-${month}-${day}`))
    .filter((moment) => moment !== undefined && isPlausible(moment));
  const [day] = days;
  return day && { begin: day, end: endOfDay(day) };
}

/** Numbers of orbits and the like look like times of other centuries. */
function isPlausible(moment: Date): boolean {
  return moment.getUTCFullYear() >= 1957 && moment.getUTCFullYear() <= 2100;
}

function fullOffset(offset: string): string {
  if (/^z$/i.test(offset)) return 'Z';
  return offset.length === 3 ? `${offset}:00` : offset.replace(/^(...):?(..)$/, '$1:$2');
}
