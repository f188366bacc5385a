// The admin's own components, as one script: AdminJS's page loads it after AdminJS, and before anything is shown.

import './theme.css';
import '../../app-kit/pages/index.ts';
import './shell/shell.css';
import { Dashboard } from './dashboard/dashboard-page.tsx';
import { SearchPage } from './search/search-page.tsx';
import { Application } from './shell/application.tsx';
import { SidebarBranding, SidebarPages, SidebarResourceSection } from './shell/navigation.tsx';
import { NotFoundRoute, RecordActionRoute, ResourceRoute } from './shell/routes.tsx';
import { applyThemeChoice, readThemeChoice } from './shell/theme.ts';
import { TopBar } from './shell/top-bar.tsx';

declare global {
  /** What AdminJS's script leaves behind; it looks for components of these names. */
  var AdminJS: { UserComponents: Record<string, unknown> };
}

// Before the first paint, so that a dark page never flashes up white.
applyThemeChoice(readThemeChoice());

Object.assign(AdminJS.UserComponents, {
  Application,
  BulkActionRoute: NotFoundRoute,
  Dashboard,
  RecordActionRoute,
  ResourceActionRoute: NotFoundRoute,
  ResourceRoute,
  SearchPage,
  SidebarBranding,
  SidebarPages,
  SidebarResourceSection,
  TopBar,
});
