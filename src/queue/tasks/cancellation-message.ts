/** Returns what the failure of a cancelled task says. @param cancelledBy who asked for its end, for people. */
export function cancellationMessage(cancelledBy: string): string {
  return `Cancelled by ${cancelledBy}`;
}
