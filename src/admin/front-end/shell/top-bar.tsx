import React, { useEffect, useRef } from 'react';
import { useLocation } from 'react-router-dom';
import { adminPath, csrfToken, Icon, type IconName, readSiteState } from '../../../app-kit/pages/index.ts';
import { SearchField } from '../search/search-field.tsx';
import type { ThemeChoice } from './theme.ts';
import { useTheme } from './theme-context.tsx';

/** The bar above every page: the way to the navigation, the search, the theme, and who is signed in. */
export function TopBar({ toggleSidebar }: { readonly toggleSidebar: () => void }) {
  return (
    <header className="ch-top-bar">
      <button
        type="button"
        className="ch-icon-button ch-menu-button"
        aria-label="Show or hide the navigation"
        onClick={toggleSidebar}
      >
        <Icon name="menu" />
      </button>
      <SearchField />
      <div className="ch-top-end">
        <ThemeSwitch />
        <Account />
      </div>
    </header>
  );
}

const THEMES: Readonly<Record<ThemeChoice, { next: ThemeChoice; icon: IconName; label: string }>> = {
  system: { next: 'light', icon: 'system', label: 'Colours as your system has them' },
  light: { next: 'dark', icon: 'sun', label: 'Light colours' },
  dark: { next: 'system', icon: 'moon', label: 'Dark colours' },
};

function ThemeSwitch() {
  const { choice, choose } = useTheme();
  const { next, icon, label } = THEMES[choice];
  return (
    <button
      type="button"
      className="ch-icon-button"
      aria-label={`${label}. Change to: ${THEMES[next].label.toLowerCase()}`}
      title={`${label} (press to change)`}
      onClick={() => choose(next)}
    >
      <Icon name={icon} />
    </button>
  );
}

function Account() {
  const { session, paths } = readSiteState();
  const menu = useRef<HTMLDetailsElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu.
  useEffect(() => menu.current?.removeAttribute('open'), [pathname]);
  if (!session) return null;
  const close = (event: React.KeyboardEvent) => {
    if (event.key === 'Escape') menu.current?.removeAttribute('open');
  };
  const token = (event: React.FormEvent<HTMLFormElement>) => {
    // Read when it is sent, as a login in another tab changes it.
    const field = event.currentTarget.elements.namedItem('csrf_token');
    if (field instanceof HTMLInputElement) field.value = csrfToken();
  };
  return (
    <details className="ch-account" ref={menu} onKeyDown={close}>
      <summary className="ch-icon-button">
        <Icon name="user" />
        <span className="ch-user-name">{session.email}</span>
        <span className="ch-hidden">, account</span>
      </summary>
      <div className="ch-account-menu">
        <p>
          {session.email}
          <br />
          {session.role}
        </p>
        <a href={adminPath('/account')}>My account</a>
        <form method="post" action={paths.logoutPath} onSubmit={token}>
          <input type="hidden" name="csrf_token" />
          <button type="submit">Sign out</button>
        </form>
      </div>
    </details>
  );
}
