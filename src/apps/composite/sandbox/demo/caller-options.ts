/** As whom a PDF is submitted, as far as it was typed. */
export interface CallerOptions {
  readonly space: number;
  /** A customer of a DLCS of the user's own, and its `Authorization`. */
  readonly customer?: number | undefined;
  readonly authorization?: string | undefined;
}

/** Reads the options that commander has checked. */
export function callerOptions(typed: Readonly<Record<string, unknown>>): CallerOptions {
  const { space, customer, authorization } = typed;
  return {
    space: Number(space),
    customer: customer === undefined ? undefined : Number(customer),
    authorization: authorization === undefined ? undefined : String(authorization),
  };
}
