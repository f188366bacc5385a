import React from 'react';
import type { Link } from '../shapes.ts';

/** Where services of this site show something. */
export function ServiceLinks({ links }: { readonly links: readonly Link[] }) {
  return (
    <ul className="view-server-links">
      {links.map(({ label, path }) => (
        <li key={label}>
          <a className="ch-plain-link" href={path} target="_blank" rel="noreferrer">
            {label}
          </a>
        </li>
      ))}
    </ul>
  );
}
