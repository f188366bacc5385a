import type { StoredBatch } from './dlcs-store.ts';

const HYDRA_CONTEXT = 'http://www.w3.org/ns/hydra/context.jsonld';

/** A page of a list, as `?page=` and `?pageSize=` ask for it. */
export interface Page {
  readonly page: number;
  readonly limit: number;
  readonly offset: number;
}

/** A batch's `@id`. */
export function batchUri(rootUrl: string, customer: number, id: number): string {
  return `${rootUrl}/customers/${customer}/queue/batches/${id}`;
}

/** A customer in hydra JSON. */
export function customerBody(rootUrl: string, customer: number): object {
  const uri = `${rootUrl}/customers/${customer}`;
  return {
    '@context': `${rootUrl}/contexts/Customer.jsonld`,
    '@id': uri,
    '@type': 'vocab:Customer',
    name: `customer-${customer}`,
    displayName: `Sandbox customer ${customer}`,
    queue: `${uri}/queue`,
    spaces: `${uri}/spaces`,
  };
}

/**
 * A batch in hydra JSON.
 *
 * @param at the moment that is shown.
 * @param isKnown whether its images may be finished already; they are not in the response to the post.
 */
export function batchBody(
  uri: string,
  batch: StoredBatch,
  at = new Date().toISOString(),
  isKnown = true,
): object {
  const isFinished = isKnown && batch.finished <= at;
  return {
    '@context': `${new URL(uri).origin}/contexts/Batch.jsonld`,
    '@id': uri,
    '@type': 'vocab:Batch',
    errors: 0,
    submitted: batch.submitted,
    count: batch.count,
    completed: isFinished ? batch.count : 0,
    finished: isFinished ? batch.finished : null,
    superseded: batch.superseded,
    errorImages: `${uri}/errorImages`,
    images: `${uri}/images`,
  };
}

/** One page of a list in hydra JSON. */
export function collectionBody(
  uri: string,
  member: readonly object[],
  totalItems: number,
  page: Page,
): object {
  const last = Math.max(1, Math.ceil(totalItems / page.limit));
  const address = (number: number) => `${uri}?page=${number}&pageSize=${page.limit}`;
  return {
    '@context': HYDRA_CONTEXT,
    '@id': address(page.page),
    '@type': 'Collection',
    totalItems,
    pageSize: page.limit,
    member,
    view: {
      '@id': address(page.page),
      '@type': 'PartialCollectionView',
      first: address(1),
      ...(page.page > 1 ? { previous: address(page.page - 1) } : {}),
      ...(page.page < last ? { next: address(page.page + 1) } : {}),
      last: address(last),
      page: page.page,
      pageSize: page.limit,
      totalPages: last,
    },
  };
}
