import React, { useState } from 'react';
import { Icon } from './icon.tsx';

/** What was done last. */
export interface SaidState {
  readonly text: string | undefined;
  readonly say: (text: string) => void;
}

/** Keeps what was done last on this page. */
export function useSaid(): SaidState {
  const [text, say] = useState<string | undefined>(undefined);
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
