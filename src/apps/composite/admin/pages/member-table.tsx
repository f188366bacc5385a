import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  type Column,
  DataTable,
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

/** Members in a table; of one collection, or of many. */
export function MemberTable(props: {
  readonly rows: readonly MemberRow[];
  readonly isOfOneCollection: boolean;
}) {
  const { rows, isOfOneCollection } = props;
  const number: Column<MemberRow> = { label: 'No.', cell: (member) => member.number.toLocaleString() };
  const collection: Column<MemberRow> = {
    label: 'Collection',
    cell: ({ collectionId }) => (
      <Link className="ch-link" to={adminPath(recordPath('collections', collectionId))} title={collectionId}>
        {collectionId.slice(0, 8)}
      </Link>
    ),
  };
  const customer: Column<MemberRow> = { label: 'Customer', cell: (member) => member.customer };
  return (
    <DataTable
      label="Members"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        ...(isOfOneCollection ? [number] : []),
        { label: 'Status', cell: ({ status }) => <StateBadge state={status} /> },
        {
          label: 'Member',
          isWide: true,
          cell: (member) => (
            <>
              <Link
                className="ch-plain-link"
                to={adminPath(recordPath('members', member.id))}
                title={member.origin}
              >
                {nameOfMember(member)}
              </Link>
              {member.error !== null && (
                <span className="ch-muted">
                  <TwoLines text={member.error} />
                </span>
              )}
            </>
          ),
        },
        { label: 'Pages', cell: (member) => <MemberPages member={member} /> },
        ...(isOfOneCollection ? [] : [customer, collection]),
        { label: 'Last moved', cell: ({ lastUpdated }) => <RelativeTime moment={lastUpdated} /> },
      ]}
    />
  );
}

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
