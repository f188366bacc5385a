/**
 * SQL: the origin of a member as people may see it. One that holds a credential is stored masked; of members that were
 * stored before that, the user, the password and the values of the query are masked here. A question mark would be a
 * parameter.
 */
export const ORIGIN_SQL =
  "regexp_replace(regexp_replace(members.composite ->> 'origin', '//[^/]*@', '//***@'), '([\\u003f&][^=&#]*)=[^&#]*', '\\1=***', 'g')";
