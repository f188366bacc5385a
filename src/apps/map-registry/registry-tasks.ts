import type { Knex } from 'knex';
import type { Platform } from '../../platform/platform.ts';
import type { TaskQueue } from '../../queue/index.ts';
import type { Catalog, ServiceType } from './layers/layer.ts';

/** Arguments of a task about one service. */
export type ServiceArguments = { readonly serviceId: string };

/** Arguments of the check of a service. */
export type ServiceCheckArguments = ServiceArguments & {
  /** Whether it is one of the checks of every period: its layers are checked when they are due. Otherwise, all of them at once. */
  readonly isRoutine?: boolean;
};

/** Arguments of a task about the newest layers of a service. */
export type LastLayersArguments = ServiceArguments & {
  /** Default: 10. */
  readonly layerCount?: number;
};

/** Arguments of a task about one layer. */
export type LayerArguments = { readonly layerId: string };

/** Arguments of a task about one endpoint. */
export type EndpointArguments = { readonly endpointId: string };

/** Arguments of a task about services of one host that an endpoint names. */
export type NamedServicesArguments = {
  readonly endpointId: string;
  readonly services: readonly NamedService[];
};

/** A service that an endpoint names. */
export type NamedService = { readonly type: ServiceType; readonly url: string; readonly title?: string };

/** Arguments of the task that empties the index of a catalogue. */
export type IndexArguments = {
  readonly catalogId: string;
  /** The index of a catalogue that may be deleted before the task is run. Default: such a catalogue has none. */
  readonly index?: { readonly slug: string; readonly indexGeneration: string };
};

/** No arguments. */
export type NoArguments = Readonly<Record<string, never>>;

/** An endpoint that is due to be looked at. */
export interface DueEndpoint {
  readonly endpointId: string;
  /** The host that the task asks; at most so many tasks ask one host at a time. */
  readonly host: string;
}

/** Services that are due to be asked whether they are there. */
export interface DueServices {
  readonly endpointId: string;
  /** The host of all of them. */
  readonly host: string;
  readonly services: readonly NamedService[];
}

/** A service whose check is due. */
export interface DueService {
  readonly serviceId: string;
  /** The host that the task asks; at most so many tasks ask one host at a time. */
  readonly host: string;
  /** Default: 0. */
  readonly delaySeconds?: number;
  /** Whether it is one of the checks of every period. Default: false, for a check that somebody asks for. */
  readonly isRoutine?: boolean;
}

/** A layer whose check is due. */
export interface DueLayer {
  readonly layerId: string;
  readonly host: string;
  readonly delaySeconds?: number;
}

/** How the tasks of the registry are enqueued, each in the transaction that makes them due. */
export interface RegistryTasks {
  updateEndpoints(transaction: Knex.Transaction, endpoints: readonly DueEndpoint[]): Promise<void>;
  /** Has the servers of inserted layers read for how they are drawn. */
  readDrawings(
    transaction: Knex.Transaction,
    services: readonly Pick<DueService, 'serviceId' | 'host'>[],
  ): Promise<void>;
  askServices(transaction: Knex.Transaction, groups: readonly DueServices[]): Promise<void>;
  checkServices(transaction: Knex.Transaction, services: readonly DueService[]): Promise<void>;
  checkLayers(transaction: Knex.Transaction, layers: readonly DueLayer[]): Promise<void>;
  /** Enqueued once, however often it is called while it waits. */
  indexCachedLayers(transaction: Knex.Transaction): Promise<void>;
  checkAllServices(transaction: Knex.Transaction): Promise<void>;
  indexAllLayers(transaction: Knex.Transaction): Promise<void>;
  clearIndex(transaction: Knex.Transaction, catalog: Catalog): Promise<void>;
  unindexLayersWithIssues(transaction: Knex.Transaction): Promise<void>;
  removeServiceChecks(transaction: Knex.Transaction, serviceIds: readonly string[]): Promise<void>;
}

/** Makes {@link RegistryTasks} of a queue. Handlers of tasks are given it, as they are part of what it enqueues. */
export type TasksOf = (platform: Platform, queue: TaskQueue) => RegistryTasks;
