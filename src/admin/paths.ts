/** Where the admin is mounted. */
export const ADMIN_ROOT = '/admin';

/** Where the parts of the admin are. */
export interface AdminPaths {
  readonly root: string;
  readonly login: string;
  readonly logout: string;
  readonly account: string;
  readonly icon: string;
}

/** The paths of the admin at {@link ADMIN_ROOT}. */
export const ADMIN_PATHS: AdminPaths = {
  root: ADMIN_ROOT,
  login: `${ADMIN_ROOT}/login`,
  logout: `${ADMIN_ROOT}/logout`,
  account: `${ADMIN_ROOT}/account`,
  icon: `${ADMIN_ROOT}/icon.svg`,
};
