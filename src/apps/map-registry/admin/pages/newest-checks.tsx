import React from 'react';
import { DataTable, Panel, RelativeTime, StateBadge } from '../../../../app-kit/pages/index.ts';
import type { CheckRow } from '../shapes.ts';

/** The newest checks of a service or a layer. @param page its public page, below which all checks are listed. */
export function NewestChecks({
  checks,
  page,
}: {
  readonly checks: readonly CheckRow[];
  readonly page: string;
}) {
  if (checks.length === 0) {
    return (
      <Panel title="Newest checks">
        <p>It has not been checked yet.</p>
      </Panel>
    );
  }
  return (
    <Panel
      title="Newest checks"
      isFlush
      aside={
        <a className="ch-plain-link" href={`${page}checks/`}>
          All checks
        </a>
      }
    >
      <DataTable
        label="Newest checks"
        rows={checks}
        keyOf={({ id }) => id}
        columns={[
          { label: 'Checked', cell: ({ checked }) => <RelativeTime moment={checked} /> },
          { label: 'State', cell: ({ success }) => <StateBadge state={success ? 'up' : 'down'} /> },
          { label: 'Took', cell: ({ responseSeconds }) => `${responseSeconds.toFixed(2)} s` },
          {
            label: 'Message',
            isWide: true,
            cell: ({ message }) => <span title={message}>{message}</span>,
          },
        ]}
      />
    </Panel>
  );
}
