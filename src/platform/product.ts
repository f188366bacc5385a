/** The product's name, for people. Everything else that names the product is made of it. */
export const PRODUCT_NAME = 'Composite Handler';

/** The name for addresses, files and Postgres' list of connections. */
export const PRODUCT_SLUG = PRODUCT_NAME.toLowerCase().replaceAll(' ', '-');

/** What the names of metrics start with. */
export const METRICS_PREFIX = `${PRODUCT_NAME.toLowerCase().replaceAll(' ', '_')}_`;
