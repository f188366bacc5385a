/** A box in degrees for people: `12.500° E to 13.000° E, 41.800° N to 42.000° N`. */
export function boxInWords([west, south, east, north]: readonly [number, number, number, number]): string {
  const longitude = (degrees: number) => inWords(degrees, 'E', 'W');
  const latitude = (degrees: number) => inWords(degrees, 'N', 'S');
  return `${longitude(west)} to ${longitude(east)}, ${latitude(south)} to ${latitude(north)}`;
}

function inWords(degrees: number, positive: string, negative: string): string {
  return `${Math.abs(degrees).toFixed(3)}° ${degrees < 0 ? negative : positive}`;
}
