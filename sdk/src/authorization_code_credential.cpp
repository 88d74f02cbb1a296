// Sign-in with a browser on this machine. Calls loopback_listener.cpp, digest.cpp, token_keeper.cpp
// and token_request.cpp.
// SPDX-License-Identifier: MIT
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "sdk/src/answer_error.hpp"
#include "sdk/src/bounds.hpp"
#include "sdk/src/digest.hpp"
#include "sdk/src/loopback_listener.hpp"
#include "sdk/src/token_keeper.hpp"
#include "sdk/src/token_request.hpp"
#include "sdk/src/worker.hpp"
#include <partner_center/user_credentials.hpp>

namespace partner_center {
namespace {

using detail::grant_handler;

/// A sign-in under way, and the thread that waits for its browser.
struct browser_sign_in {
    detail::loopback_listener listener{};
    std::string state = detail::random_text();
    std::string verifier = detail::random_text();
    std::string redirect_uri{};
    grant_handler done{};
};
using sign_in_pointer = std::shared_ptr<browser_sign_in>;

[[nodiscard]] error declined(const detail::authorization_answer& told) {
    return {
        .category = error_category::unauthorized,
        .code = detail::readable(told.error),
        .description =
            "the token authority refused: " +
            detail::readable(told.error_description.empty() ? told.error : told.error_description),
    };
}

/// Signs in. What is under way does not keep it: it ends with the credential.
class code_sign_in : public std::enable_shared_from_this<code_sign_in> {
public:
    code_sign_in(detail::authority_client client, authorization_code_options options)
        : client_{std::move(client)}, options_{std::move(options)} {}
    code_sign_in(const code_sign_in&) = delete;
    code_sign_in& operator=(const code_sign_in&) = delete;
    ~code_sign_in() {
        if (last_) last_->listener.close();
        detail::let_end(waiter_);
    }

    void ask(const std::string& refresh_token, grant_handler done) {
        const auto begin = [weak = weak_from_this()](const grant_handler& asker) {
            if (const auto still = weak.lock()) return still->begin(asker);
            asker(detail::closed());
        };
        detail::refresh_or_sign_in(client_, refresh_token, std::move(done), begin);
    }

private:
    /// One at a time: the keeper asks for no second token meanwhile.
    void begin(const grant_handler& done) {
        const auto authorize = detail::endpoint_url(client_, "authorize");
        if (!authorize) return done(authorize.error());
        sign_in_pointer sign_in;
        try {
            sign_in = start(done);
        } catch (const std::system_error& thrown) {
            return done(error{
                .description = std::string{"nobody can sign in with a browser: "} + thrown.what()});
        }
        options_.open(*authorize + '?' + detail::form(question(*sign_in)));
    }

    [[nodiscard]] sign_in_pointer start(const grant_handler& done) {
        const auto sign_in = std::make_shared<browser_sign_in>();
        sign_in->redirect_uri =
            "http://" + options_.redirect_host + ':' + std::to_string(sign_in->listener.port());
        sign_in->done = done;
        // The thread may be over, and the next sign-in begun, before its handle is here.
        const std::lock_guard lock{mutex_};
        detail::let_end(waiter_);
        last_ = sign_in;
        waiter_ = detail::start_worker([weak = weak_from_this(), sign_in, bounds = bounds()] {
            const auto told = sign_in->listener.wait(sign_in->state, bounds);
            if (!told) return sign_in->done(told.error());
            if (const auto still = weak.lock()) return still->redeem(sign_in, *told);
            sign_in->done(detail::closed());
        });
        return sign_in;
    }

    [[nodiscard]] call_bounds bounds() const {
        const auto now = std::chrono::steady_clock::now();
        return {.stop = options_.stop, .deadline = detail::later(now, options_.timeout)};
    }

    [[nodiscard]] detail::parameters question(const browser_sign_in& sign_in) const {
        detail::parameters form{
            {"client_id", client_.client_id},
            {"response_type", "code"},
            {"response_mode", "query"},
            {"redirect_uri", sign_in.redirect_uri},
            {"state", sign_in.state},
            {"code_challenge", detail::to_base64url(detail::sha256(sign_in.verifier))},
            {"code_challenge_method", "S256"},
        };
        for (http::field& each : detail::user_scope(client_)) form.push_back(std::move(each));
        if (!options_.login_hint.empty()) form.push_back({"login_hint", options_.login_hint});
        return form;
    }

    void redeem(const sign_in_pointer& sign_in, const detail::authorization_answer& told) {
        if (told.code.empty()) return sign_in->done(declined(told));
        detail::parameters form{
            {"grant_type", "authorization_code"},
            {"code", told.code},
            {"redirect_uri", sign_in->redirect_uri},
            {"code_verifier", sign_in->verifier},
        };
        for (http::field& each : detail::user_scope(client_)) form.push_back(std::move(each));
        detail::ask_for_grant(client_, std::move(form), sign_in->done);
    }

    const detail::authority_client client_;
    const authorization_code_options options_;
    std::mutex mutex_{};
    sign_in_pointer last_{};  ///< guarded by mutex_
    std::thread waiter_{};    ///< guarded by mutex_
};

}  // namespace

std::shared_ptr<const credential> make_authorization_code_credential(
    const cloud& where, const application& who, const authorization_code_options& options
) {
    const auto client = detail::make_authority_client(where, who, options.authority);
    const auto sign_in = std::make_shared<code_sign_in>(client, options);
    auto ask = [sign_in](const std::string& refresh_token, grant_handler done) {
        sign_in->ask(refresh_token, std::move(done));
    };
    return std::make_shared<const detail::token_keeper>(
        std::move(ask),
        options.authority.clock,
        detail::make_token_file(options.authority.cache, client, "user")
    );
}

}  // namespace partner_center
