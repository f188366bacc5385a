import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  DataTable,
  OutsideLink,
  Panel,
  RelativeTime,
  StateBadge,
} from '../../../../app-kit/pages/index.ts';
import type { MemberDetail } from '../shapes.ts';

/** What was submitted to the DLCS, and what is still to be. */
export function MemberBatches({ member }: { readonly member: MemberDetail }) {
  const { batches, batchCount } = member;
  if (batchCount === 0) return null;
  const all = adminPath(`/resources/batches?member_id=${member.id}`);
  return (
    <Panel
      title={
        batchCount === 1 ? 'One batch for the DLCS' : `${batchCount.toLocaleString()} batches for the DLCS`
      }
      aside={
        <Link className="ch-plain-link" to={all}>
          In the list of batches
        </Link>
      }
      isFlush
    >
      <DataTable
        label="Batches"
        rows={batches}
        keyOf={({ id }) => id}
        columns={[
          { label: 'No.', cell: ({ number }) => number },
          { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
          { label: 'Images', cell: ({ imageCount }) => imageCount },
          {
            label: 'At the DLCS',
            isWide: true,
            cell: ({ uri }) =>
              uri === null ? <span className="ch-none">not yet</span> : <OutsideLink url={uri} />,
          },
          {
            label: 'Posted',
            cell: ({ posted }) =>
              posted === null ? <span className="ch-none">–</span> : <RelativeTime moment={posted} />,
          },
        ]}
      />
      {batchCount > batches.length && (
        <p className="ch-pager">The first {batches.length}; the list of batches has all of them.</p>
      )}
    </Panel>
  );
}
