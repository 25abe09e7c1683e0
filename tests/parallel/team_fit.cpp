// fit in a team.
#include "parallel/teams.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

using namespace strata;
using namespace tests::teams;

namespace {

template <class Work>
std::uint64_t fitted(Work& work, fit_options options, bool splits = true) {
    model<noisy> net{seed{1}};
    optimizer opt{net, adam{.learning_rate = 0.01f}};
    const std::vector<float> x = uniform_rows(101, 17, 2), y = uniform_rows(101, 5, 3);
    options.epochs = 6;
    options.clip_norm = 0.5f;
    options.metrics = {{"error", [](const rows_view& out, const rows_view& target) {
                            double sum = 0;
                            for (std::size_t r = 0; r < out.rows; ++r)
                                sum += std::abs(static_cast<double>(out[r][0] - target[r][0]));
                            return sum / static_cast<double>(out.rows);
                        }}};
    if (splits) options.validation_split = 0.3f;
    const fit_history history = fit(net, work, opt, mse{} + 0.01f * at<"code">(l1{}), x, y, options);
    std::vector<double> all;
    for (const epoch_report& epoch : history.epochs) {
        all.push_back(static_cast<double>(epoch.loss));
        all.push_back(epoch.metrics[0].training);
        if (splits) {
            all.push_back(epoch.metrics[0].validation.value());
            all.push_back(static_cast<double>(epoch.validation_loss.value()));
        }
    }
    return weights_of(net) ^ hash_of(std::span<const double>{all});
}

} // namespace

TEST_CASE("fit in a team: clipping, metrics, validation and the best weights") {
    workspace<noisy, batch<23>> alone;
    team<noisy, batch<23>, shards<1>> one{so_many(1)};
    CHECK(fitted(one, {}) == fitted(alone, {}));
    team<noisy, batch<23>, shards<5>> first{so_many(1)};
    const std::uint64_t expected = fitted(first, {.restore_best_weights = true});
    for (const std::size_t count : {2u, 3u, 5u}) {
        team<noisy, batch<23>, shards<5>> work{so_many(count)};
        CHECK(fitted(work, {.restore_best_weights = true}) == expected);
        CHECK(fitted(work, {.restore_best_weights = true}) == expected); // once more in the same one
    }
}

TEST_CASE("a fit in a team that goes on ends as one that never stopped, with other threads too") {
    team<noisy, batch<23>, shards<4>> work{so_many(1)}, other{so_many(3)};
    const std::vector<float> x = uniform_rows(101, 17, 2), y = uniform_rows(101, 5, 3);
    model<noisy> whole{seed{1}}, cut{seed{1}};
    optimizer whole_opt{whole, adam{}};
    optimizer cut_opt{cut, adam{}};
    fit(whole, work, whole_opt, mse{}, x, y, {.epochs = 4});
    fit_state kept;
    int steps = 0;
    fit(cut, work, cut_opt, mse{}, x, y, {.epochs = 4, .on_progress = [&](const fit_progress& now) {
                                              kept = now.state();
                                              return ++steps < 7;
                                          }});
    fit(cut, other, cut_opt, mse{}, x, y, {.epochs = 4, .resume_from = kept});
    CHECK(weights_of(cut) == weights_of(whole));
}
