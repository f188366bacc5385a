/** A name that an object of JSON has twice. */
export interface DuplicateName {
  readonly name: string;
  /** Where it occurs for the second time: characters before it. */
  readonly position: number;
}

/**
 * Finds the first name that an object has twice, which `JSON.parse` does not tell: it keeps the last value.
 *
 * @param json a text that `JSON.parse` accepts.
 */
export function findDuplicateName(json: string): DuplicateName | undefined {
  /** The names of each open object so far; `undefined` for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let isNameNext = false;
  for (let position = 0; position < json.length; position += 1) {
    switch (json.charAt(position)) {
      case '{':
        open.push(new Set());
        isNameNext = true;
        break;
      case '[':
        open.push(undefined);
        isNameNext = false;
        break;
      case '}':
      case ']':
        open.pop();
        isNameNext = false;
        break;
      case ',':
        isNameNext = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(json, position);
        const names = open.at(-1);
        if (isNameNext && names) {
          const name = unquote(json.slice(position, end + 1));
          if (names.has(name)) return { name, position };
          names.add(name);
          isNameNext = false;
        }
        position = end;
        break;
      }
    }
  }
  return undefined;
}

/** Returns the place of the quotation mark that ends the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

function isEscaped(json: string, position: number): boolean {
  let first = position;
  while (json.charAt(first - 1) === '\\') first -= 1;
  return (position - first) % 2 === 1;
}

function unquote(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}
