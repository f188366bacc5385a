/** Returns a number of things in words: `1 service`, `1,200 services`. */
export function countInWords(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : `${noun}s`}`;
}
