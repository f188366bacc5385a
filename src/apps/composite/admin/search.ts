import type { AppSearch } from '../../../app-kit/admin/app-admin.ts';
import { MOST_SEARCH_HITS } from '../../../app-kit/admin/app-admin.ts';
import type { SearchHit } from '../../../app-kit/admin/search-hit.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isUuid, uuidsFrom } from '../../../platform/uuid.ts';
import { fileNameOf } from './file-name.ts';
import { matchSearch } from './member-search.ts';
import { selectMembers } from './members.ts';
import type { MemberRow } from './shapes.ts';

/** Collections that one search shows; the beginning of an id is seldom that of two. */
const MOST_COLLECTIONS = 3;

/** Finds collections by their ids, and members by what {@link matchSearch} knows. */
export const compositeSearch: AppSearch = {
  searchable: 'members, collections',
  async find({ platform: { database } }, text) {
    const collections = await findCollections(database, text);
    // The id of a collection means the collection, whose page has its members.
    if (isUuid(text) && collections.length > 0) return collections.map(collectionHit);
    const room = MOST_SEARCH_HITS - collections.length;
    const members = await findMembers(database, text, room + 1);
    if (members.length <= room) return [...collections.map(collectionHit), ...members.map(memberHit)];
    return [
      ...collections.map(collectionHit),
      ...members.slice(0, room - 1).map(memberHit),
      {
        kind: 'List',
        title: `All members that match “${text}”`,
        path: `/resources/members?${new URLSearchParams({ search: text })}`,
      },
    ];
  },
};

interface FoundCollection {
  readonly id: string;
  readonly customer: number;
}

async function findCollections(database: Database, text: string): Promise<readonly FoundCollection[]> {
  const range = isUuid(text) ? ([text, text] as const) : uuidsFrom(text);
  if (!range) return [];
  return database('composite.collections')
    .whereBetween('id', [...range])
    .limit(MOST_COLLECTIONS)
    .select<FoundCollection[]>('id', 'customer');
}

function findMembers(database: Database, text: string, limit: number): Promise<MemberRow[]> {
  const members = database('composite.members').join(
    'composite.collections',
    'collections.id',
    'members.collection_id',
  );
  matchSearch(members, text);
  return selectMembers(database, members).orderBy('members.created', 'desc').limit(limit);
}

function collectionHit({ id, customer }: FoundCollection): SearchHit {
  return {
    kind: 'Collection',
    title: `Collection ${id.slice(0, 8)}`,
    subtitle: `customer ${customer}`,
    path: `/resources/collections/records/${id}/show`,
  };
}

function memberHit({ id, compositeId, origin, customer, collectionId, error }: MemberRow): SearchHit {
  const file = fileNameOf(origin);
  const parts = [
    ...(compositeId ? [file] : []),
    `customer ${customer}`,
    `collection ${collectionId.slice(0, 8)}`,
    ...(error === null ? [] : [error]),
  ];
  return {
    kind: 'Member',
    title: compositeId || file,
    subtitle: parts.join(', '),
    path: `/resources/members/records/${id}/show`,
  };
}
