// Must not compile: an operation that nothing handles. Puts one more into the list, then compiles
// the server's dispatch as it is.
// SPDX-License-Identifier: MIT
#include <partner_center/operations.hpp>

namespace partner_center {

struct unhandled_operation {
    static constexpr verb method = verb::get;
    static constexpr std::string_view path = "/v1/unhandled";
    static constexpr callers allowed = callers::application_or_user;
    static constexpr permission needs = permission::read_customers;
    using response = billing_profile;
};
BOOST_DESCRIBE_STRUCT(unhandled_operation, (), ())

using more_operations = boost::mp11::mp_list<get_billing_profile, unhandled_operation>;

}  // namespace partner_center

#define operations more_operations
#include "server/api/dispatch.cpp"
