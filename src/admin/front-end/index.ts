// The admin's own components, as one script: AdminJS's page loads it after AdminJS, and before anything is shown.

import './theme.css';
import '../../app-kit/pages/index.ts';
import './shell/shell.css';
import { Dashboard } from './dashboard/dashboard-page.tsx';
import { SearchPage } from './search/search-page.tsx';
import { Application } from './shell/application.tsx';
import { StyledBackButton } from './shell/back-button.tsx';
import { FilterDrawer } from './shell/filter-drawer.tsx';
import { FormAction } from './shell/form-action.tsx';
import { SidebarBranding, SidebarPages, SidebarResourceSection } from './shell/navigation.tsx';
import { NoRecords } from './shell/no-records.tsx';
import { RecordActionRoute, ResourceRoute } from './shell/routes.tsx';
import { applyThemeChoice, readThemeChoice } from './shell/theme.ts';
import { TopBar } from './shell/top-bar.tsx';
import { ListValue, ShowValue } from './shell/values.tsx';

declare global {
  /** What AdminJS's script leaves behind; it looks for components of these names. */
  var AdminJS: { UserComponents: Record<string, unknown> };
}

// Before the first paint, so that a dark page never flashes up white.
applyThemeChoice(readThemeChoice());

Object.assign(AdminJS.UserComponents, {
  Application,
  Dashboard,
  FilterDrawer,
  FormAction,
  ListValue,
  NoRecords,
  RecordActionRoute,
  ResourceRoute,
  SearchPage,
  ShowValue,
  SidebarBranding,
  SidebarPages,
  SidebarResourceSection,
  StyledBackButton,
  TopBar,
});
