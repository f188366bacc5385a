import React from 'react';
import { Icon, type IconName } from './icon.tsx';

/** What is shown if there is nothing: why, and what to do next (`children`: links, buttons). */
export function EmptyState(props: {
  readonly title: string;
  readonly icon?: IconName;
  readonly text: React.ReactNode;
  readonly children?: React.ReactNode;
}) {
  const { title, icon = 'empty', text, children } = props;
  return (
    <div className="ch-empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}
