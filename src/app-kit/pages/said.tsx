import React, { useState } from 'react';
import { Icon } from './icon.tsx';

/** What was done last. */
export interface SaidState {
  readonly text: string | undefined;
  readonly say: (text: string) => void;
}

/**
 * Keeps what was done last on this page.
 *
 * @param first what was done by the action that led to the page.
 */
export function useSaid(first?: string): SaidState {
  const [text, say] = useState<string | undefined>(first);
  return { text, say };
}

/** Says what was done, also to screen readers. */
export function Said({ said }: { readonly said: string | undefined }) {
  return (
    <div role="status">
      {said !== undefined && (
        <p className="ch-alert ch-tone-good">
          <Icon name="done" />
          {said}
        </p>
      )}
    </div>
  );
}
