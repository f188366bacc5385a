import type { Member } from '../members/members.ts';
import type { PageOwner } from './page-folder.ts';

/** Whose pages a member's are. */
export function ownerOf({
  id,
  customer,
  composite,
}: Pick<Member, 'id' | 'customer' | 'composite'>): PageOwner {
  const { compositeId, space } = composite;
  return {
    customer,
    space: Number(space),
    compositeId: typeof compositeId === 'string' ? compositeId : undefined,
    memberId: id,
  };
}
