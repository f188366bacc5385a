import React from 'react';
import { Icon } from './icon.tsx';
import { useStates } from './states.ts';

/** A state as a word, a shape and a colour. The word is enough, and so is the shape with it. */
export function StateBadge({ state, label }: { readonly state: string; readonly label?: string }) {
  const look = useStates()(state);
  return (
    <span className={`ch-badge ch-tone-${look.tone}`} title={state}>
      <Icon name={look.icon} className={look.tone === 'busy' ? 'ch-turn' : ''} />
      {label ?? look.label}
    </span>
  );
}
