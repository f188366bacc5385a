import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  type Column,
  ProgressBar,
  RelativeTime,
  recordPath,
  StateBadge,
  TwoLines,
} from '../../../../app-kit/pages/index.ts';
import { fileNameOf } from '../file-name.ts';
import type { MemberRow } from '../shapes.ts';

/** What a member is called: its composite id, or the file of its origin. */
export function nameOfMember({ compositeId, origin }: Pick<MemberRow, 'compositeId' | 'origin'>): string {
  return compositeId || fileNameOf(origin);
}

const NUMBER: Column<MemberRow> = { label: 'No.', cell: ({ number }) => number.toLocaleString() };

const STATUS: Column<MemberRow> = {
  label: 'Status',
  cell: ({ status }) => <StateBadge state={status} />,
};

const MEMBER: Column<MemberRow> = {
  label: 'Member',
  isWide: true,
  cell: (member) => (
    <>
      <Link className="ch-plain-link" to={adminPath(recordPath('members', member.id))} title={member.origin}>
        {nameOfMember(member)}
      </Link>
      {member.error !== null && (
        <span className="ch-muted">
          <TwoLines text={member.error} />
        </span>
      )}
    </>
  ),
};

const PAGES: Column<MemberRow> = { label: 'Pages', cell: (member) => <MemberPages member={member} /> };

const CUSTOMER: Column<MemberRow> = { label: 'Customer', cell: ({ customer }) => customer };

const COLLECTION: Column<MemberRow> = {
  label: 'Collection',
  cell: ({ collectionId }) => (
    <Link className="ch-link" to={adminPath(recordPath('collections', collectionId))} title={collectionId}>
      {collectionId.slice(0, 8)}
    </Link>
  ),
};

const LAST_MOVED: Column<MemberRow> = {
  label: 'Updated',
  cell: ({ lastUpdated }) => <RelativeTime moment={lastUpdated} />,
};

/** The columns of members of many collections. */
export const COLUMNS: readonly Column<MemberRow>[] = [
  STATUS,
  MEMBER,
  PAGES,
  CUSTOMER,
  COLLECTION,
  LAST_MOVED,
];

/** The columns of members of one collection. */
export const COLUMNS_IN_COLLECTION: readonly Column<MemberRow>[] = [
  NUMBER,
  STATUS,
  MEMBER,
  PAGES,
  LAST_MOVED,
];

function MemberPages({ member }: { readonly member: MemberRow }) {
  const { status, pagesDone, pagesTotal } = member;
  if (pagesTotal === null) return <span className="ch-none">–</span>;
  if (status === 'COMPLETED') return <span className="ch-number">{pagesTotal.toLocaleString()}</span>;
  return (
    <ProgressBar
      done={pagesDone}
      total={pagesTotal}
      label="Pages that are stored"
      {...(status === 'ERROR' ? { tone: 'bad' as const } : {})}
    />
  );
}
