// Taking weights over: the copy predicts what the original does, and nothing else changes.

#include "strata/model/copy_weights.hpp"

#include "strata/core.hpp"
#include "support/small_networks.hpp"

#include <doctest/doctest.h>

#include <type_traits>
#include <vector>

using namespace strata;

namespace {

constexpr std::size_t rows = 12;

// clang-format off
struct autoencoder : network<
    strata::input<9>,
    mark<"begin">, dense<20>, batch_norm<>, strata::tanh, dense<5>,
    mark<"code">, dense<20>, relu, dense<9>> {};
// clang-format on
using encoder = until<autoencoder, "code">;
using decoder = from<autoencoder, "code">;

struct classifier : network<splice<encoder>, mark<"code">, dense<7>, relu, dense<3>> {};
struct frozen_classifier : network<frozen<splice<encoder>>, mark<"code">, dense<3>> {};
struct in_the_middle
    : network<strata::input<4>, dense<9>, mark<"begin of it">, splice<encoder>, mark<"end of it">, dense<2>> {
};

template <class Net>
void train(model<Net>& net) {
    workspace<Net, batch<rows>> work;
    optimizer opt{net, adam{.learning_rate = 0.02f}};
    const std::vector<float> x = tests::uniform_rows(rows, Net::input.count(), 2);
    const std::vector<float> y = tests::uniform_rows(rows, Net::output.count(), 3);
    for (int i = 0; i < 20; ++i) train_step(net, work, opt, mse{}, x, y);
}

/// The number of floats that differ outside of a part's.
template <class Part, class Net>
std::size_t changed_outside(const model<Net>& net, const std::vector<float>& before) {
    const std::size_t begin = parameter_offset<Part, Net>();
    std::size_t changed = 0;
    for (std::size_t i = 0; i < before.size(); ++i)
        changed += (i < begin || i >= begin + Part::parameter_floats) && net.storage()[i] != before[i];
    return changed;
}

} // namespace

TEST_CASE("a trained encoder in a classifier gives the same codes, bit for bit, statistics included") {
    model<autoencoder> trained{glorot_uniform{}, seed{1}};
    train(trained);
    const std::vector<float> x = tests::uniform_rows(rows, 9, 4);
    const std::vector<float> codes = predict<encoder>(trained, x);
    const std::vector<float> original = tests::weights_of(trained);

    model<classifier> net{glorot_uniform{}, seed{5}};
    const std::vector<float> before = tests::weights_of(net);
    using prefix = until<classifier, "code">;
    CHECK(predict<prefix>(net, x) != codes);
    copy_weights<prefix, encoder>(net, trained);
    CHECK(predict<prefix>(net, x) == codes);
    CHECK(changed_outside<prefix>(net, before) == 0);
    CHECK(tests::weights_of(trained) == original);

    std::size_t statistics = 0;
    for (const placed_parameter& p : parameters_of<classifier>) {
        if (p.what.what_for != role::running) continue;
        ++statistics;
        std::vector<float> values(p.what.count());
        net.read(p, values);
        for (const float value : values) CHECK(value != p.what.start);
    }
    CHECK(statistics == 2);
}

TEST_CASE("into frozen layers, and from frozen or thawed ones") {
    model<autoencoder> trained{glorot_uniform{}, seed{1}};
    train(trained);
    const std::vector<float> x = tests::uniform_rows(rows, 9, 4);
    const std::vector<float> codes = predict<encoder>(trained, x);
    using prefix = until<frozen_classifier, "code">;
    model<frozen_classifier> frozen_net{zeros{}};
    copy_weights<prefix, encoder>(frozen_net, trained);
    CHECK(predict<prefix>(frozen_net, x) == codes);

    model<autoencoder> back{zeros{}};
    copy_weights<encoder, prefix>(back, frozen_net);
    CHECK(predict<encoder>(back, x) == codes);
    model<autoencoder> again{zeros{}};
    copy_weights<encoder, thawed<prefix>>(again, frozen_net);
    CHECK(predict<encoder>(again, x) == codes);
}

TEST_CASE("from the end of one network into the middle of another") {
    model<autoencoder> trained{glorot_uniform{}, seed{1}};
    train(trained);
    const std::vector<float> x = tests::uniform_rows(rows, 9, 4);
    model<in_the_middle> net{glorot_uniform{}, seed{5}};
    const std::vector<float> before = tests::weights_of(net);
    using middle = between<in_the_middle, "begin of it", "end of it">;
    static_assert(parameter_offset<middle, in_the_middle>() > 0);
    copy_weights<middle, encoder>(net, trained);
    CHECK(predict<middle>(net, x) == predict<encoder>(trained, x));
    CHECK(changed_outside<middle>(net, before) == 0);

    model<decoder> alone{zeros{}};
    static_assert(parameter_offset<decoder, autoencoder>() > 0);
    copy_weights<decoder, decoder>(alone, trained);
    const std::vector<float> codes = tests::uniform_rows(rows, 5, 6);
    CHECK(predict(alone, codes) == predict<decoder>(trained, codes));
}

TEST_CASE("whole networks that differ in what has no weights") {
    struct trained_net : network<strata::input<9>, dense<20>, dropout<0.5>, strata::tanh, dense<3>> {};
    struct other : network<strata::input<9>, dense<20>, mark<"here">, relu, dense<3>> {};
    model<trained_net> from_here{glorot_uniform{}, seed{1}};
    model<other> to{zeros{}};
    copy_weights<other, trained_net>(to, from_here);
    CHECK(tests::weights_of(to) == tests::weights_of(from_here));
}

TEST_CASE("between parts of one model that overlap") {
    struct alike : network<strata::input<5>, dense<5>, mark<"a">, dense<5>, mark<"b">, dense<5>> {};
    using first = until<alike, "b">;
    using last = from<alike, "a">;
    const std::vector<float> x = tests::uniform_rows(rows, 5, 1);
    const auto check = [&]<class To, class From>(std::type_identity<To>, std::type_identity<From>) {
        model<alike> net{glorot_uniform{}, seed{1}};
        const std::vector<float> want = predict<From>(net, x);
        copy_weights<To, From>(net, net);
        CHECK(predict<To>(net, x) == want);
    };
    check(std::type_identity<first>{}, std::type_identity<last>{});
    check(std::type_identity<last>{}, std::type_identity<first>{});
}
