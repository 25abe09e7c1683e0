// Steps of training in a team: the same bits for any number of threads.
#include "parallel/teams.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <vector>

using namespace strata;
using namespace tests::teams;

namespace {

/// The weights' hash after so many steps, and the losses'.
template <class Net, class Work, class Rule, class Loss>
std::uint64_t trained(Work& work, const Rule& rule, const Loss& loss, std::size_t rows = 50) {
    using real = typename Work::real;
    model<Net, real> net{seed{4}};
    optimizer opt{net, rule};
    const std::vector<float> drawn_x = uniform_rows(rows, Net::input.count(), 5);
    const std::vector<float> drawn_y = uniform_rows(rows, Net::output.count(), 6);
    const std::vector<real> x(drawn_x.begin(), drawn_x.end()), y(drawn_y.begin(), drawn_y.end());
    work.seed(seed{7});
    std::vector<float> losses;
    std::uint64_t step = 0;
    while (step < 20)
        for (auto [batch_x, batch_y] :
             minibatches<23>(as_rows(x, Net::input), as_rows(y, Net::output), seed{step})) {
            losses.push_back(static_cast<float>(train_step(net, work, opt, loss, batch_x, batch_y)));
            ++step;
        }
    return weights_of(net) ^ hash_of(std::span<const float>{losses});
}

/// The same for any number of threads, more than CPUs too; with one shard that of a workspace.
template <class Net, class Rule, class Loss, class Real = float>
void check_threads(const Rule& rule, const Loss& loss) {
    const auto with = [&]<std::size_t S>(std::size_t count, shards<S>) {
        team<Net, batch<23>, shards<S>, training, Real> work{so_many(count)};
        return trained<Net>(work, rule, loss);
    };
    workspace<Net, batch<23>, training, Real> alone;
    CHECK(with(1, shards<1>{}) == trained<Net>(alone, rule, loss));
    const std::uint64_t two = with(1, shards<2>{}), five = with(1, shards<5>{}),
                        sixteen = with(1, shards<16>{});
    CHECK(with(2, shards<2>{}) == two);
    for (const std::size_t count : {2u, 3u, 7u}) CHECK(with(count, shards<5>{}) == five);
    for (const std::size_t count : {2u, 3u, 7u, 16u}) CHECK(with(count, shards<16>{}) == sixteen);
}

struct generator : network<input<8>, dense<40>, relu, dense<17>, tanh_> {};
struct critic : network<input<17>, dense<40>, leaky_relu<0.2>, dropout<0.2>, dense<1>> {};

template <std::size_t Shards>
std::uint64_t play(std::size_t count) {
    model<generator> g{seed{1}};
    model<critic> c{seed{2}};
    optimizer g_step{g, adam{}};
    optimizer c_step{c, adam{}};
    team<generator, batch<30>, shards<Shards>> g_work{so_many(count)};
    team<critic, batch<30>, shards<Shards>> c_work{so_many(count)};
    const std::vector<float> real = uniform_rows(30, 17, 3);
    for (std::uint64_t step = 0; step < 20; ++step) {
        const std::vector<float> noise = uniform_rows(30, 8, 10 + step);
        accumulate(c, c_work, bce_with_logits{}, real, 1.0f);
        const auto fake = forward(g, g_work, noise);
        accumulate(c, c_work, bce_with_logits{}, fake, 0.0f);
        c_step.step(c, c_work);
        const auto by_fake = input_gradient(c, c_work, bce_with_logits{}, fake, 1.0f);
        backward_step(g, g_work, g_step, by_fake);
    }
    return weights_of(g) ^ weights_of(c);
}

} // namespace

TEST_CASE("weights after 20 steps are the same for any number of threads") {
    const sgd momentum{.learning_rate = 0.05f, .momentum = 0.9f};
    SUBCASE("sgd") { check_threads<plain>(momentum, mse{}); }
    SUBCASE("adam") { check_threads<plain>(adam{}, mse{}); }
    SUBCASE("rmsprop, in double") { check_threads<plain, rmsprop, mse, double>(rmsprop{}, mse{}); }
    SUBCASE("dropout and noise") { check_threads<noisy>(adam{}, mse{}); }
    SUBCASE("batch_norm and layer_norm") { check_threads<normed>(momentum, mse{}); }
    SUBCASE("images") { check_threads<convs>(momentum, mse{}); }
    SUBCASE("fast convolutions") { check_threads<fast_convs>(momentum, mse{}); }
    SUBCASE("draws of codes, and a penalty on them") {
        check_threads<codes>(adam{}, mse{} + 0.01f * at<"gaussian">(gaussian_kl{}));
    }
    SUBCASE("penalties at a mark and on weights") {
        check_threads<noisy>(momentum, mse{} + 0.01f * at<"code">(l1{}) + 0.001f * on_weights(l2{}));
    }
    SUBCASE("wide enough for threads") { check_threads<wide>(adam{}, mse{}); }
}

TEST_CASE("two networks that train against each other, in a team each") {
    const std::uint64_t expected = play<4>(1);
    for (const std::size_t count : {2u, 3u, 4u}) CHECK(play<4>(count) == expected);
    CHECK(play<7>(7) == play<7>(1));
}

namespace {

/// A loss that throws when it is told to.
struct throwing {
    bool now = false;
    template <class Arch>
    real_of<Arch> value(const rows_of<Arch>& y, const rows_of<Arch>& t, std::size_t n) const {
        return mse{}.value<Arch>(y, t, n);
    }
    template <class Arch>
    real_of<Arch> gradient(const rows_of<Arch>& y, const rows_of<Arch>& t, std::size_t n,
                           const padded_rows<real_of<Arch>>& out) const {
        if (now) throw std::domain_error{"this loss throws"};
        return mse{}.gradient<Arch>(y, t, n, out);
    }
};

/// What steps and fits that fail leave of the passes' count, and the weights after a step behind each.
template <class Work>
std::vector<std::uint64_t> behind_failures() {
    Work work;
    model<noisy> net{seed{4}};
    optimizer opt{net, adam{}};
    const std::vector<float> x = uniform_rows(23, 17, 5), y = uniform_rows(23, 5, 6), huge(y.size(), 1e30f),
                             none;
    std::vector<float> bad = x;
    bad[40] = std::numeric_limits<float>::infinity();
    std::vector<std::uint64_t> all;
    const auto go_on = [&] {
        all.push_back(work.passes());
        train_step(net, work, opt, mse{}, x, y);
        all.push_back(weights_of(net));
    };
    const auto fails = [&]<class Error>(std::type_identity<Error>, const auto& step) {
        CHECK_THROWS_AS(step(), Error);
        go_on();
    };
    constexpr std::type_identity<std::runtime_error> not_finite;
    constexpr std::type_identity<std::domain_error> thrown;
    go_on();
    train_step(net, work, opt, mse{}, none, none);
    go_on();
    accumulate(net, work, mse{}, none, none);
    go_on();
    fails(not_finite, [&] { train_step(net, work, opt, mse{}, bad, y); });
    fails(not_finite, [&] { train_step(net, work, opt, mse{}, x, 3e38f); });
    fails(thrown, [&] { train_step(net, work, opt, throwing{true}, x, y); });
    fails(thrown, [&] { accumulate(net, work, throwing{true}, x, y); });
    fails(not_finite, [&] { fit(net, work, opt, mse{}, bad, y, {.epochs = 2}); });
    fails(not_finite, [&] { fit(net, work, opt, mse{}, x, huge, {.epochs = 2}); });
    fails(thrown, [&] { fit(net, work, opt, throwing{true}, x, y, {.epochs = 2}); });
    return all;
}

} // namespace

TEST_CASE("behind steps that fail, noise goes on as in a workspace") {
    const auto wanted = behind_failures<workspace<noisy, batch<23>>>();
    CHECK(behind_failures<team<noisy, batch<23>, shards<1>>>() == wanted);
}
