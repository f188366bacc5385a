/** Where the pages of people read and act, below the admin's root; for superusers alone. */
export const PEOPLE_ROOT = '/api/people';
