/**
 * SQL that shortens a text: in what is longer than so many characters, `…` takes the place of the middle.
 *
 * @param expression an SQL expression; it becomes a part of the statement as it is.
 */
export function cutInTheMiddle(expression: string, characters: number): string {
  const end = Math.floor((characters - 1) / 2);
  const start = characters - 1 - end;
  return `CASE WHEN length(${expression}) <= ${characters} THEN ${expression}
    ELSE left(${expression}, ${start}) || '…' || right(${expression}, ${end}) END`;
}
