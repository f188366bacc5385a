/** What `composite.process_member` is called with. */
export type ProcessMemberArguments = {
  /** The member, as `members` has it. */
  readonly memberId: string;
  /** The caller's `Authorization` header, as it is; it is passed on to the DLCS. */
  readonly authorization: string;
};
