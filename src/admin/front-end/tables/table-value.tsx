import React from 'react';
import { Link } from 'react-router-dom';
import type { SiteTable } from '../../../app-kit/admin/admin-site.ts';
import {
  adminPath,
  ExactTime,
  listPath,
  OutsideLink,
  RelativeTime,
  recordPath,
  StateBadge,
  spanInWords,
  TwoLines,
} from '../../../app-kit/pages/index.ts';
import type { TableRow } from '../../tables/shapes.ts';

/** A column as the page knows it. */
export type SiteColumn = SiteTable['columns'][number];

/** A value of a described table, in its list or on the page of its row. */
export function TableValue(props: {
  readonly column: SiteColumn;
  readonly row: TableRow;
  readonly isListed: boolean;
}) {
  const { column, row, isListed } = props;
  const value = row.values[column.name];
  if (value === undefined || value === null || value === '') return <span className="ch-none">–</span>;
  const text = String(value);
  // A list has no room for whole ids.
  const shownId = isListed ? text.slice(0, 8) : text;
  const { resource = '', column: ofColumn = '' } = column.leadsTo ?? {};
  switch (column.kind) {
    case 'id':
      return <span className="ch-id">{shownId}</span>;
    case 'reference':
      return (
        <Link className="ch-link" to={adminPath(recordPath(resource, text))} title={text}>
          {shownId}
        </Link>
      );
    case 'related':
      return (
        <Link
          className="ch-plain-link ch-number"
          to={adminPath(`${listPath(resource)}?${new URLSearchParams({ [ofColumn]: row.id })}`)}
        >
          {text}
        </Link>
      );
    case 'task':
      return (
        <Link className="ch-link" to={adminPath(recordPath('failed-tasks', text))} title={text}>
          {shownId}
        </Link>
      );
    case 'url':
      return (
        <OutsideLink url={text} className={isListed ? 'ch-plain-link ch-clip ch-address' : 'ch-plain-link'} />
      );
    case 'timestamp':
      return isListed ? <RelativeTime moment={text} /> : <ExactTime moment={text} />;
    case 'duration':
      return <span className="ch-number">{spanInWords(Number(value))}</span>;
    case 'number':
      return <span className="ch-number">{text}</span>;
    case 'status':
      return <StateBadge state={text} />;
    case 'long-text':
      return <TwoLines text={text} />;
    default:
      return <span>{text}</span>;
  }
}
