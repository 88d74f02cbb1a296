// The chain. Calls the credentials that it is made of.
// SPDX-License-Identifier: MIT
#include <atomic>
#include <string>
#include <utility>

#include "sdk/src/bounds.hpp"
#include <partner_center/credential_chain.hpp>

namespace partner_center {
namespace {

/// What the links share, also while they are asked one after the other.
struct links {
    std::vector<std::shared_ptr<const credential>> all{};
    std::atomic<const credential*> chosen{};
};

[[nodiscard]] error no_token() {
    return {.category = error_category::unauthorized, .description = "no credential gave a token"};
}

/// Adds a reason; all else is the last one's.
void add_problem(error& sum, error next) {
    next.description = sum.description + "; " + next.description;
    sum = std::move(next);
}

/// One pass through the links. It does not keep them: they end with the chain.
struct pass {
    std::weak_ptr<links> through{};
    token_handler done{};
    error problem = no_token();
    std::size_t at{};
};

void try_next(const std::shared_ptr<pass>& trying) {
    const auto through = trying->through.lock();
    if (!through) return trying->done(detail::closed());
    if (trying->at == through->all.size()) return trying->done(trying->problem);
    const std::shared_ptr<const credential> next = through->all[trying->at];
    next->bearer_token_async([trying, asked = next.get()](outcome<std::string> token) {
        if (token) {
            if (const auto still = trying->through.lock()) still->chosen = asked;
            return trying->done(std::move(token));
        }
        add_problem(trying->problem, token.error());
        ++trying->at;
        try_next(trying);
    });
}

class credential_chain final : public credential {
public:
    explicit credential_chain(std::vector<std::shared_ptr<const credential>> credentials) {
        links_->all = std::move(credentials);
    }

    [[nodiscard]] outcome<std::string> bearer_token() const override {
        if (const credential* const chosen = links_->chosen) return chosen->bearer_token();
        error problem = no_token();
        for (const auto& each : links_->all) {
            auto token = each->bearer_token();
            if (token) {
                links_->chosen = each.get();
                return token;
            }
            add_problem(problem, token.error());
        }
        return problem;
    }

    void bearer_token_async(token_handler done) const override {
        if (const credential* const chosen = links_->chosen) {
            return chosen->bearer_token_async(std::move(done));
        }
        const auto trying = std::make_shared<pass>();
        trying->through = links_;
        trying->done = std::move(done);
        try_next(trying);
    }

private:
    std::shared_ptr<links> links_ = std::make_shared<links>();
};

}  // namespace

std::shared_ptr<const credential> make_credential_chain(
    std::vector<std::shared_ptr<const credential>> credentials
) {
    return std::make_shared<const credential_chain>(std::move(credentials));
}

}  // namespace partner_center
