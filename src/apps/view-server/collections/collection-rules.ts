import type { Collection, LevelMapping, PreprocessingSteps, TypeBrowses } from './collection.ts';

/** Returns what is done with the files of a package of a type. */
export function stepsOf({ preprocessing }: Collection, type: string): PreprocessingSteps {
  return own(preprocessing.types, type) ?? preprocessing.defaults;
}

/** Returns what a product of a type and a level becomes; `undefined` if the collection does not say it. */
export function levelMappingOf(
  { mapping }: Collection,
  type: string,
  level: string,
): LevelMapping | undefined {
  const levels = ownOrRest(mapping, type);
  return levels && ownOrRest(levels, level);
}

/** Returns the browses of a type of product; `undefined` if the collection has none for it. */
export function browsesOf({ browses }: Collection, type: string): TypeBrowses | undefined {
  return ownOrRest(browses, type);
}

/** An empty key means all others. */
function ownOrRest<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return own(record, key) ?? own(record, '');
}

/** Keys come from metadata: `constructor` is one like others. */
function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
