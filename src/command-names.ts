/** The commands that every installation has; no app may have one of the same name. */
export const COMMAND_NAMES = [
  'wait',
  'migrate',
  'createcachetable',
  'createsuperuser',
  'unlock',
  'changepassword',
  'qcluster',
  'qmonitor',
  'qinfo',
  'qmemory',
] as const;
