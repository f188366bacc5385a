import React from 'react';

/** Where a link may lead: a page of the web, and nothing that a browser would run. */
const WEB_ADDRESS = /^https?:\/\//i;

/** An address that somebody else has given: a link if it leads to a page of the web, otherwise its text alone. */
export function OutsideLink({
  url,
  className = 'ch-plain-link',
}: {
  readonly url: string;
  readonly className?: string;
}) {
  // What is masked leads nowhere.
  if (!WEB_ADDRESS.test(url) || url.includes('***')) return <span>{url}</span>;
  return (
    <a className={className} href={url} target="_blank" rel="noreferrer" title={url}>
      {url}
    </a>
  );
}
