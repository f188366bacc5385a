// What pages of the admin are put together from. It knows no app; apps' pages and the admin's own import it from here.

import './kit.css';

export { AdminCallError, callAdmin, csrfToken } from './call-admin.ts';
export { ConfirmButton, type ConfirmButtonProps } from './confirm.tsx';
export { DetailPage } from './detail-page.tsx';
export { EmptyState } from './empty-state.tsx';
export { Choice, Field, Labelled } from './field.tsx';
export { FilterChoice, FilterDay, FilterField, Filters } from './filters.tsx';
export { FormEnd, type Sending, useSending } from './form-end.tsx';
export { Icon, type IconName } from './icon.tsx';
export { JsonView } from './json-view.tsx';
export type { BulkAction, BulkActions, Noun } from './list/bulk-action.ts';
export { ListPage } from './list/list-page.tsx';
export { ListPanel, type ListParts } from './list/list-panel.tsx';
export { type Selection, useSelection } from './list/use-selection.ts';
export { LiveState } from './live-state.tsx';
export { Loaded } from './loading.tsx';
export { distanceInWords, secondsBetween, spanInWords } from './moments.ts';
export { OutsideLink } from './outside-link.tsx';
export { Alert, Facts, Page, Panel } from './page.tsx';
export type { AdminPages, AppPages } from './pages.ts';
export { adminPath, listPath, recordPath } from './paths.ts';
export { ProgressBar, SharesBar } from './progress-bar.tsx';
export { ExactTime, RelativeTime } from './relative-time.tsx';
export { Said, useSaid } from './said.tsx';
export { mayAct, readSiteApps, readSiteResources, readSiteState } from './site-state.ts';
export { bytesInWords } from './sizes.ts';
export { Span } from './span.tsx';
export { StateBadge } from './state-badge.tsx';
export { AppStates, type StateLook, type States, type Tone, useStates } from './states.ts';
export { type Column, DataTable } from './table.tsx';
export { TwoLines } from './two-lines.tsx';
export { type Live, type LiveOptions, useLive } from './use-live.ts';
export { useNow } from './use-now.ts';
export { type Query, useQuery } from './use-query.ts';
