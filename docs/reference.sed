# Describes, for the reference, what has the same name and meaning wherever it occurs: the constants of
# operations and models, the fields that operations share, and the forms that do not wait.
/\/\/\/</b
# A specialization that it cannot place.
/^\/\/\/ Hashes ids/,/^};/d
/^ /{
  s|^.* verb method = .*;$|& ///< the request's method|
  s|^.* path = .*;$|& ///< with {parameters} of the same names as members|
  s|^.* also_at = .*;$|& ///< another path of the same operation|
  s|^.* summary = .*;$|& ///< the title of its documentation|
  s|^.* callers allowed = .*;$|& ///< whose tokens it takes|
  s|^.* permission needs = .*;$|& ///< what a user's roles have to allow|
  s|^    static constexpr audit_names audited.*$|    /// How the audit names it.\n&|
  s|^    static constexpr std::array.* set_by_service{.*$|    /// What only the service says of it.\n&|
  s|^    static constexpr std::array spelt{.*$|    /// Members whose names on the wire follow no rule.\n&|
  s|^.* success = .*;$|& ///< the status of its success|
  s|^.* absent_from.*;$|& ///< the clouds that do not have it|
  s|^ *using response = .*;$|& ///< what its success carries|
  s|^.* object_type = .*;$|& ///< `attributes.object_type` of these|
  s|^.*guid>\? customer_id{};$|& ///< in the path|
  s|^.* if_match{};$|& ///< sent as If-Match: the version to replace, or "*"|
  s|^.* continuation_token{};$|& ///< of the page before, for `seek_operation` or MS-ContinuationToken|
  s|^.* body{};$|& ///< sent as JSON|
  s|^.*resource_links> links{};$|& ///< where it can be read again; the service's|
  s|^.* resource_attributes attributes{.*;$|& ///< its kind, and its version if it has any; the service's|
  s|^\( *\).* \([a-z_]*\)_async(.*$|\1/// \2() without waiting, see client.\n&|
  s|^    \(explicit \)\?[a-z_]*_operations(.*|    /// Made by the step above it.\n&|
  s|^    \[\[nodiscard\]\] [a-z_]*_operations [a-z_]*(.*) const;$|    /// The next step of the chain.\n&|
}
