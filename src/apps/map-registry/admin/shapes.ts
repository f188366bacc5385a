// What the pages of the admin read, as JSON: the server writes it, the pages in the browser read it.

import type { RowCount } from '../../../platform/database/bounded-count.ts';
import type { ServiceType } from '../layers/layer.ts';
import type { Uptime } from '../uptime.ts';

/** How an endpoint fares. */
export const ENDPOINT_STATES = ['waiting', 'imported', 'failed'] as const;

/** One of {@link ENDPOINT_STATES}. */
export type EndpointState = (typeof ENDPOINT_STATES)[number];

/** How the last check of a service or a layer ended. */
export const CHECK_STATES = ['up', 'down', 'unchecked'] as const;

/** One of {@link CHECK_STATES}. */
export type CheckState = (typeof CHECK_STATES)[number];

/** An endpoint in the list. */
export interface EndpointRow {
  readonly id: string;
  readonly url: string;
  readonly catalog: string;
  /** The list that it came with; null where it came alone. */
  readonly list: string | null;
  readonly state: EndpointState;
  readonly message: string | null;
  readonly isGreedy: boolean;
  readonly processed: string | null;
  readonly created: string;
}

/** A line of a list that was not taken. */
export interface RefusedLine {
  readonly line: number;
  readonly reason: string;
}

/** The page of an endpoint. */
export interface EndpointDetail extends EndpointRow {
  /** Of the list that it came with. */
  readonly refused: readonly RefusedLine[];
}

/** A service in the list. */
export interface ServiceRow {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly type: ServiceType;
  readonly host: string;
  readonly catalog: string;
  readonly layerCount: number;
  readonly state: CheckState;
  readonly message: string | null;
  readonly uptime: Uptime;
  readonly isMonitored: boolean;
  readonly isValid: boolean;
  readonly lastCheck: string | null;
  readonly created: string;
}

/** A check in the history of a service or a layer. */
export interface CheckRow {
  readonly id: string;
  readonly checked: string;
  readonly success: boolean;
  readonly responseSeconds: number;
  /** `OK`, or why it failed. */
  readonly message: string;
}

/** The page of a service. */
export interface ServiceDetail extends ServiceRow {
  readonly abstract: string;
  readonly srs: readonly string[];
  readonly invalidReason: string | null;
  readonly isActive: boolean;
  readonly harvested: string | null;
  readonly failuresInRow: number;
  /** Its public page. */
  readonly page: string;
  readonly openIssues: readonly IssueRow[];
  /** The newest ones. */
  readonly checks: readonly CheckRow[];
  /** The first ones by name. */
  readonly layers: readonly LayerRow[];
}

/** A layer in the list. */
export interface LayerRow {
  readonly id: string;
  readonly title: string;
  readonly name: string;
  readonly service: { readonly id: string; readonly title: string; readonly type: ServiceType };
  readonly state: CheckState;
  readonly message: string | null;
  readonly uptime: Uptime;
  readonly isValid: boolean;
  readonly wasDeleted: boolean;
  readonly lastCheck: string | null;
  readonly created: string;
}

/** The page of a layer. */
export interface LayerDetail extends LayerRow {
  readonly abstract: string;
  readonly box: readonly number[];
  readonly srs: readonly string[];
  readonly invalidReason: string | null;
  readonly isMonitored: boolean;
  readonly failuresInRow: number;
  readonly page: string;
  /** The address of its last picture; null where there is none. */
  readonly thumbnail: string | null;
  /** Whether it waits to be indexed or removed from the index, and what the search engine said last. */
  readonly indexing: { readonly action: string; readonly refusal: string | null } | null;
  readonly openIssues: readonly IssueRow[];
  /** The newest ones. */
  readonly checks: readonly CheckRow[];
}

/** An issue in the list: a fault that a person has found. */
export interface IssueRow {
  readonly id: string;
  readonly kind: string;
  readonly description: string;
  readonly state: 'open' | 'resolved';
  readonly about: { readonly list: 'service' | 'layer'; readonly id: string; readonly title: string };
  readonly created: string;
  readonly resolved: string | null;
}

/** A catalogue in the list. */
export interface CatalogRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Of a remote one. */
  readonly url: string | null;
}

/** What waits for the index. */
export interface RegistryState {
  readonly toIndex: RowCount;
  readonly toRemove: RowCount;
  /** Layers that the search engine refused, the newest 20. */
  readonly refused: readonly { readonly id: string; readonly title: string; readonly refusal: string }[];
}

/** What a form begins with. */
export interface RegistryForm {
  /** What is sent with it, so that sending it twice does it once. */
  readonly id: string;
  readonly catalogs: readonly { readonly slug: string; readonly name: string }[];
}
