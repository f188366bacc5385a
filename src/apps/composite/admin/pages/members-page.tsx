import React from 'react';
import {
  EmptyState,
  FilterChoice,
  FilterDay,
  FilterField,
  Filters,
  Loaded,
  Page,
  Panel,
  useLive,
  useQuery,
} from '../../../../app-kit/pages/index.ts';
import type { MemberRow, NewestRows } from '../shapes.ts';
import { dataPath } from './api.ts';
import { MemberTable } from './member-table.tsx';
import { NewestPager } from './newest-pager.tsx';
import { STATUS_CHOICES } from './states.ts';

const FILTERS = ['search', 'status', 'customer', 'from', 'to'];

/** All members, newest first, to be searched and narrowed. */
export function MembersPage() {
  const query = useQuery();
  const live = useLive<NewestRows<MemberRow>>(dataPath(`/members${query.pick(...FILTERS, 'before')}`));
  return (
    <Page title="Members" lede="Each is one PDF on its way to the DLCS.">
      <Filters query={query} names={FILTERS}>
        <FilterField
          query={query}
          name="search"
          label="Search"
          type="search"
          placeholder="Id, composite id, origin, words of an error…"
          isWide
        />
        <FilterChoice query={query} name="status" label="Status" choices={STATUS_CHOICES} />
        <FilterField query={query} name="customer" label="Customer" type="number" />
        <FilterDay query={query} name="from" label="Submitted from" />
        <FilterDay query={query} name="to" label="Submitted until" />
      </Filters>
      <Loaded live={live}>
        {(list) => (
          <Panel title="Newest first" isFlush>
            {list.rows.length === 0 ? (
              <NoMembers isNarrowed={query.pick(...FILTERS, 'before') !== ''} />
            ) : (
              <MemberTable rows={list.rows} isOfOneCollection={false} />
            )}
            <NewestPager list={list} noun="members" />
          </Panel>
        )}
      </Loaded>
    </Page>
  );
}

function NoMembers({ isNarrowed }: { readonly isNarrowed: boolean }) {
  return isNarrowed ? (
    <EmptyState
      title="No such member"
      icon="search"
      text="Nothing fits. Words are found by their beginnings: “arch” finds archive.example.org. Ids may be cut off after six characters."
    />
  ) : (
    <EmptyState
      title="Nothing was submitted yet"
      text="Each PDF of a submission shows here as soon as a caller sends it."
    />
  );
}
