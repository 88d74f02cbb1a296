// Prints which company a customer's invoices go to. Asks the environment who is calling.
// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <iostream>

#include <partner_center/client.hpp>

using namespace partner_center;

int main(int count, char** arguments) {
    if (count != 2) return 2;
    cloud where = clouds::global;
    if (const char* url = std::getenv("PARTNERCTL_URL")) where.api_base = where.authority = url;
    const auto who =
        std::make_shared<application_credential>(where, application_from_environment());
    const client client{where, who};
    const auto profile = client.customers().by_id(arguments[1]).profiles().billing().get().value();
    std::cout << profile.company_name.value_or("(no name)") << '\n';
}
