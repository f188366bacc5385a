import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, Icon } from '../../../app-kit/pages/index.ts';
import type { Attention } from '../../dashboard/shapes.ts';

/** What needs attention, or that nothing does. */
export function AttentionList({ items }: { readonly items: readonly Attention[] }) {
  return (
    <section className="dashboard-attentions" aria-label="What needs attention" aria-live="polite">
      {items.length === 0 ? (
        <p className="ch-alert ch-tone-good">
          <Icon name="done" />
          All is well: nothing needs attention.
        </p>
      ) : (
        <ul>
          {items.map(({ tone, title, text, path }) => (
            <li key={`${title} ${path}`} className={`ch-alert ch-tone-${tone}`}>
              <Icon name={tone === 'bad' ? 'failed' : 'warning'} />
              <div className="dashboard-attention">
                <strong>{title}</strong>
                <span>{text}</span>
              </div>
              {path !== null && (
                <Link className="ch-button dashboard-attention-link" to={adminPath(path)}>
                  View
                  <span className="ch-hidden">: {title}</span>
                </Link>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
