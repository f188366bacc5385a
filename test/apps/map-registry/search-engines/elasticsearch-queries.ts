// biome-ignore-all lint/suspicious/noExplicitAny: requests and documents are JSON of any form.

/** A document, as it was sent. */
export type Source = Readonly<Record<string, any>>;

/** Searches documents by what the map registry uses of the query language of Elasticsearch. */
export class DocumentQueries {
  readonly #documents: ReadonlyMap<string, Source>;

  constructor(documents: ReadonlyMap<string, Source>) {
    this.#documents = documents;
  }

  search({ query, from, size, sort, aggs, _source: { excludes } }: any): object {
    const found = [...this.#documents].filter(([, source]) => matches(source, query));
    found.sort(([, one], [, other]) => compare(one, other, sort));
    return {
      hits: {
        total: { value: found.length, relation: 'eq' },
        hits: found.slice(from, from + size).map(([_id, source]) => ({
          _id,
          _source: Object.fromEntries(Object.entries(source).filter(([name]) => !excludes.includes(name))),
        })),
      },
      aggregations: aggregate(
        found.map(([, source]) => source),
        aggs,
      ),
    };
  }
}

function compare(one: Source, other: Source, sort: readonly any[]): number {
  for (const key of sort) {
    // Every match is as good as the others here.
    if (key === '_score') continue;
    const [[name = '', order] = []] = Object.entries(key);
    const difference = Number(valuesOf(one, name)[0]) - Number(valuesOf(other, name)[0]);
    if (difference !== 0) return order === 'desc' ? -difference : difference;
  }
  return 0;
}

function matches(source: Source, clause: any): boolean {
  const [[kind, body] = ['', {}]] = Object.entries<any>(clause);
  if (kind === 'match_all') return true;
  if (kind === 'bool') return matchesAll(source, body);
  const [[field, condition] = ['', {}]] = Object.entries<any>(body);
  const values = valuesOf(source, field);
  switch (kind) {
    case 'term':
      return values.some((value) => value === condition || wordsIn(field, value).includes(condition));
    case 'prefix':
      return values.some((value) => wordsIn(field, value).some((word) => word.startsWith(condition)));
    case 'match_phrase':
      return values.some((value) => ` ${value} `.includes(` ${condition} `));
    case 'match_phrase_prefix':
      return values.some((value) => ` ${value} `.includes(` ${condition.query}`));
    case 'range':
      return values.some(
        (value) =>
          value >= (condition.gte ?? Number.NEGATIVE_INFINITY) &&
          value <= (condition.lte ?? Number.POSITIVE_INFINITY),
      );
    default:
      throw new Error(`unknown query [${kind}]`);
  }
}

function matchesAll(source: Source, { must = [], filter = [], must_not = [], should = [] }: any): boolean {
  const matchesClause = (clause: any) => matches(source, clause);
  return (
    [...must, ...filter].every(matchesClause) &&
    !must_not.some(matchesClause) &&
    (should.length === 0 || should.some(matchesClause))
  );
}

/** A text field has words, and other fields have values. */
function wordsIn(field: string, value: any): readonly string[] {
  return field.startsWith('search.words.') ? String(value).split(' ') : [];
}

function valuesOf(source: Source, field: string): readonly any[] {
  const value = field.split('.').reduce<any>((inner, name) => inner?.[name], source);
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function aggregate(sources: readonly Source[], aggs: Record<string, any>): object {
  return Object.fromEntries(
    Object.entries(aggs).map(([name, { terms, filter, histogram, aggs: inner }]) => {
      if (terms) return [name, countTerms(sources, terms)];
      if (histogram) return [name, countBuckets(sources, histogram)];
      if (filter) {
        const some = sources.filter((source) => matches(source, filter));
        return [name, { doc_count: some.length, ...aggregate(some, inner) }];
      }
      throw new Error(`unknown aggregation [${name}]`);
    }),
  );
}

function countTerms(sources: readonly Source[], { field, size, exclude = [] }: any): object {
  const counts = new Map<any, number>();
  for (const source of sources) {
    for (const value of new Set(valuesOf(source, field))) {
      if (!exclude.includes(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  const sorted = [...counts].sort(([one, many], [other, few]) => few - many || (one < other ? -1 : 1));
  return { buckets: sorted.slice(0, size).map(([key, doc_count]) => ({ key, doc_count })) };
}

function countBuckets(sources: readonly Source[], { field, interval, offset }: any): object {
  const counts = new Map<number, number>();
  for (const source of sources) {
    const [value] = valuesOf(source, field);
    const key = Math.floor((value - offset) / interval) * interval + offset;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([one], [other]) => one - other);
  return { buckets: sorted.map(([key, doc_count]) => ({ key, doc_count })) };
}
