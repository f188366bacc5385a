import React from 'react';
import {
  EmptyState,
  FilterChoice,
  FilterDay,
  FilterField,
  ListPage,
  type ListParts,
} from '../../../../app-kit/pages/index.ts';
import type { MemberRow } from '../shapes.ts';
import { dataPath } from './api.ts';
import { MEMBER_BULK_ACTIONS, MEMBERS } from './member-bulk-actions.ts';
import { COLUMNS, nameOfMember } from './member-columns.tsx';
import { STATUS_CHOICES } from './states.ts';

const PARTS: ListParts<MemberRow> = {
  path: dataPath('/members'),
  heading: 'Newest first',
  noun: MEMBERS,
  columns: COLUMNS,
  titleOf: nameOfMember,
  filters: ['search', 'status', 'customer', 'from', 'to'],
  filterLabels: { from: 'submitted from', to: 'submitted before' },
  bulk: MEMBER_BULK_ACTIONS,
  empty: (
    <EmptyState
      title="Nothing was submitted yet"
      text="Each PDF of a submission appears here as soon as a caller sends it."
    />
  ),
  noMatch:
    'Nothing matches. Words are found by their beginnings: “arch” finds archive.example.org. The first six characters of an id are enough.',
};

/** All members, newest first, to be searched and narrowed. */
export function MembersPage() {
  return (
    <ListPage
      title="Members"
      lede="Each member is one PDF on its way to the DLCS."
      parts={PARTS}
      renderFilters={(query) => (
        <>
          <FilterField
            query={query}
            name="search"
            label="Search"
            type="search"
            placeholder="Id, composite id, origin, error…"
            isWide
          />
          <FilterChoice query={query} name="status" label="Status" choices={STATUS_CHOICES} />
          <FilterField query={query} name="customer" label="Customer" type="number" />
          <FilterDay query={query} name="from" label="Submitted from" />
          <FilterDay query={query} name="to" label="Submitted until" />
        </>
      )}
    />
  );
}
