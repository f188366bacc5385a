import React, { useEffect } from 'react';
import { Link } from 'react-router-dom';
import { PRODUCT_NAME } from '../../platform/product.ts';
import { Icon } from './icon.tsx';
import { adminPath } from './paths.ts';

/** The frame of a page: where it is, what it is called, and what can be done. */
export function Page(props: {
  readonly title: string;
  /** What is beside the title, such as a state. */
  readonly beside?: React.ReactNode;
  /** A sentence below it. */
  readonly lede?: React.ReactNode;
  /** The pages above it: what each is called, and its path below the admin's root. */
  readonly above?: readonly (readonly [title: string, path: string])[];
  readonly actions?: React.ReactNode;
  readonly children: React.ReactNode;
}) {
  const { title, beside, lede, above = [], actions, children } = props;
  useEffect(() => {
    document.title = `${title} | ${PRODUCT_NAME}`;
  }, [title]);
  return (
    <main className="ch-page" id="main" tabIndex={-1}>
      {above.length > 0 && (
        <nav className="ch-crumbs" aria-label="Above this page">
          {above.map(([name, path], index) => (
            <React.Fragment key={path}>
              {index > 0 && <span aria-hidden="true">/</span>}
              <Link className="ch-plain-link" to={adminPath(path)}>
                {name}
              </Link>
            </React.Fragment>
          ))}
        </nav>
      )}
      <header className="ch-page-head">
        <h1>{title}</h1>
        {beside}
        {actions && <div className="ch-actions">{actions}</div>}
      </header>
      {lede && <p className="ch-lede">{lede}</p>}
      {children}
    </main>
  );
}

/** A part of a page, with a heading of its own. */
export function Panel(props: {
  readonly title: string;
  /** What is at the end of the heading. */
  readonly aside?: React.ReactNode;
  readonly tone?: 'bad';
  /** Whether the content comes with its own distance from the edge, as tables do. */
  readonly isFlush?: boolean;
  readonly children: React.ReactNode;
}) {
  const { title, aside, tone, isFlush = false, children } = props;
  return (
    <section className={`ch-panel ${tone ? `ch-panel-${tone}` : ''}`} aria-label={title}>
      <div className="ch-panel-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {isFlush ? children : <div className="ch-panel-body">{children}</div>}
    </section>
  );
}

/** Something that somebody has to know: a fault, as a rule. */
export function Alert({
  tone,
  children,
}: {
  readonly tone: 'bad' | 'warn';
  readonly children: React.ReactNode;
}) {
  return (
    <div className={`ch-alert ch-tone-${tone}`} role="alert">
      <Icon name={tone === 'bad' ? 'failed' : 'warning'} />
      <div>{children}</div>
    </div>
  );
}

/** Names and values, one below the other; a value of null is left out. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, React.ReactNode])[] }) {
  return (
    <dl className="ch-facts">
      {facts
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
    </dl>
  );
}
