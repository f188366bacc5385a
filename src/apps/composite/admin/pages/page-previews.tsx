import React, { useState } from 'react';
import { adminPath, Icon, Panel } from '../../../../app-kit/pages/index.ts';
import type { MemberDetail } from '../shapes.ts';
import { dataPath } from './api.ts';

/** Previews on one page of them. */
const SHOWN_PREVIEWS = 24;

/** The pages that are in S3, small; each leads to the whole one. */
export function PagePreviews({ member }: { readonly member: MemberDetail }) {
  const [start, setStart] = useState(1);
  const { pagesDone, status, pagesTotal } = member;
  // What an attempt that failed had stored is removed again, unless the DLCS knows of it.
  const isAnew = status === 'PENDING' || status === 'FETCHING_ORIGIN' || status === 'ERROR';
  const count = isAnew && member.batchCount === 0 ? 0 : pagesDone;
  if (count === 0) return null;
  const end = Math.min(start + SHOWN_PREVIEWS - 1, count);
  const numbers = Array.from({ length: Math.max(0, end - start + 1) }, (_, index) => start + index);
  return (
    <Panel
      title="Pages"
      aside={
        <span className="ch-muted">
          {count > SHOWN_PREVIEWS && `${start.toLocaleString()} to ${end.toLocaleString()} of `}
          {count.toLocaleString()}
          {pagesTotal !== null && count < pagesTotal && ` so far, of ${pagesTotal.toLocaleString()}`}
        </span>
      }
    >
      <ul className="composite-pages">
        {numbers.map((number) => (
          <li key={number}>
            <PagePreview member={member} number={number} />
          </li>
        ))}
      </ul>
      {count > SHOWN_PREVIEWS && (
        <nav className="ch-actions composite-page-turner" aria-label="Pages of the PDF">
          <button
            type="button"
            className="ch-button"
            disabled={start === 1}
            onClick={() => setStart(start - SHOWN_PREVIEWS)}
          >
            Pages before
          </button>
          <button
            type="button"
            className="ch-button"
            disabled={end >= count}
            onClick={() => setStart(start + SHOWN_PREVIEWS)}
          >
            Pages after
          </button>
        </nav>
      )}
    </Panel>
  );
}

function PagePreview({ member, number }: { readonly member: MemberDetail; readonly number: number }) {
  const [isMissing, setMissing] = useState(false);
  const path = `/members/${member.id}/pages/${number}`;
  // Another version of the pages has another address: the browser keeps each of them.
  const version = member.status === 'COMPLETED' ? member.lastUpdated : member.created;
  const source = adminPath(dataPath(`${path}/preview?${new URLSearchParams({ version })}`));
  return (
    <a href={adminPath(dataPath(path))} target="_blank" rel="noreferrer" title={`Open page ${number} in S3`}>
      {isMissing ? (
        <span className="composite-no-page">
          <Icon name="page" />
          No preview
        </span>
      ) : (
        <img
          src={source}
          alt={`Page ${number}`}
          width="140"
          height="190"
          loading="lazy"
          decoding="async"
          onError={() => setMissing(true)}
        />
      )}
      <small>{number}</small>
    </a>
  );
}
