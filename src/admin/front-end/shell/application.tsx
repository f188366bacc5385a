import React from 'react';
import { ThemeFrame } from './theme-context.tsx';

/** AdminJS's application in our theme, with a way past the navigation for users of the keyboard. */
export function Application({ OriginalComponent }: { readonly OriginalComponent: React.ComponentType }) {
  const skip = () => {
    const main = document.querySelector<HTMLElement>('#main, [data-css="app-content"] > :nth-child(3)');
    main?.setAttribute('tabindex', '-1');
    main?.focus();
  };
  return (
    <ThemeFrame>
      <button type="button" className="ch-skip" onClick={skip}>
        Skip to the content
      </button>
      <OriginalComponent />
    </ThemeFrame>
  );
}
