import { ThemeProvider } from '@adminjs/design-system/styled-components';
import React, { createContext, useContext, useEffect, useMemo, useState } from 'react';
import {
  adminjsTheme,
  applyThemeChoice,
  readThemeChoice,
  storeThemeChoice,
  type ThemeChoice,
} from './theme.ts';

interface ThemeState {
  readonly choice: ThemeChoice;
  readonly choose: (choice: ThemeChoice) => void;
}

const ThemeContext = createContext<ThemeState>({ choice: 'system', choose: () => undefined });

/** The choice of light and dark, and how it is changed. */
export function useTheme(): ThemeState {
  return useContext(ThemeContext);
}

declare global {
  interface Window {
    /** AdminJS's own theme, as its page has it. */
    readonly THEME: object;
  }
}

const SYSTEM_IS_DARK = window.matchMedia('(prefers-color-scheme: dark)');

/** Gives what is inside the theme of the reader's choice, and another one when that or their system changes. */
export function ThemeFrame({ children }: { readonly children: React.ReactNode }) {
  const [choice, setChoice] = useState<ThemeChoice>(readThemeChoice);
  const [isSystemDark, setSystemDark] = useState(SYSTEM_IS_DARK.matches);
  useEffect(() => {
    const follow = () => setSystemDark(SYSTEM_IS_DARK.matches);
    SYSTEM_IS_DARK.addEventListener('change', follow);
    return () => SYSTEM_IS_DARK.removeEventListener('change', follow);
  }, []);
  const theme = useMemo(() => {
    // The colours are read from the page, so it has to show them already.
    applyThemeChoice(choice);
    return { ...adminjsTheme(window.THEME), isSystemDark };
  }, [choice, isSystemDark]);
  const state = useMemo(
    () => ({
      choice,
      choose(next: ThemeChoice) {
        storeThemeChoice(next);
        setChoice(next);
      },
    }),
    [choice],
  );
  return (
    <ThemeContext.Provider value={state}>
      <ThemeProvider theme={theme}>{children}</ThemeProvider>
    </ThemeContext.Provider>
  );
}
