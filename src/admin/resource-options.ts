import type { PropertyOptions, ResourceOptions } from 'adminjs';
import type { AdminColumn, AdminResource } from '../app-kit/admin/resource.ts';

/** What of a resource its pages need. */
export type ShownResource = Pick<AdminResource, 'id' | 'label' | 'group' | 'title' | 'columns'> &
  Partial<Pick<AdminResource, 'newestBy'>>;

const NOT_THERE = { isAccessible: false, isVisible: false } as const;

/** Turns a description into AdminJS's options: what is listed and shown, how, and that nothing can be changed. */
export function resourceOptions(
  resource: ShownResource,
  actions: ResourceOptions['actions'] = {},
): ResourceOptions {
  const names = (columns: readonly AdminColumn[]) => columns.map(({ name }) => name);
  return {
    navigation: { name: resource.group ?? 'Other' },
    titleProperty: resource.title,
    listProperties: names(resource.columns.filter(({ listed }) => listed)),
    showProperties: names(resource.columns),
    filterProperties: names(resource.columns.filter(({ filter }) => filter)),
    ...(resource.newestBy === undefined
      ? {}
      : { sort: { sortBy: resource.newestBy, direction: 'desc' as const } }),
    properties: Object.fromEntries(resource.columns.map((column) => [column.name, propertyOptions(column)])),
    translations: {
      en: {
        properties: Object.fromEntries(resource.columns.map(({ name, label }) => [name, label])),
        actions: {
          list: resource.label,
          show: 'Details',
          ...Object.fromEntries(
            Object.entries(actions).flatMap(([name, action]) => {
              const label: unknown = action?.custom?.['label'];
              return typeof label === 'string' ? [[name, label]] : [];
            }),
          ),
        },
      },
    },
    actions: {
      list: { showFilter: resource.columns.some(({ filter }) => filter) },
      new: NOT_THERE,
      edit: NOT_THERE,
      delete: NOT_THERE,
      bulkDelete: NOT_THERE,
      ...actions,
    },
  };
}

function propertyOptions({ label, kind, values, leadsTo }: AdminColumn): PropertyOptions {
  return {
    components: { list: 'ListValue', show: 'ShowValue' },
    custom: { label, kind, ...leadsTo },
    ...(values ? { availableValues: values.map((value) => ({ value, label: value })) } : {}),
  };
}
