// The gradient check itself: it passes a right layer and fails wrong ones. The layers are the tests' own, so
// this is also how to write one.
#include "strata/train/gradient_check.hpp"

#include "strata/initializers/glorot_uniform.hpp"
#include "strata/layers/batch_norm.hpp"
#include "strata/layers/dense.hpp"
#include "strata/layers/dropout.hpp"
#include "strata/layers/flatten.hpp"
#include "strata/layers/tanh.hpp"
#include "strata/layers/tied_dense.hpp"
#include "strata/losses/mse.hpp"
#include "strata/model/predict.hpp"
#include "strata/optimizers/adam.hpp"
#include "strata/optimizers/sgd.hpp"
#include "strata/train/accumulate.hpp"
#include "strata/train/fit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

/// Multiplies every value of a sample by a number of its own, which is learned: y_i = a_i x_i.
struct scale : strata::layer_defaults {
    static constexpr strata::layer_traits traits{.backward_reads_input = true};

    static constexpr strata::parameter_list parameters(strata::extents in) {
        return {1, {strata::parameter{"factor", strata::extents{in.count()}, 1, 1}}};
    }
    static std::string describe() { return "scale"; }

    template <class Arch, strata::extents In>
    static void forward(const strata::forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) p.y[r][i] = p.parameters[i] * p.x[r][i];
    }

    template <class Arch, strata::extents In>
    static void input_gradient(const strata::backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i)
                p.x_gradient[r][i] = p.parameters[i] * p.y_gradient[r][i];
    }

    template <class Arch, strata::extents In>
    static void parameter_gradient(const strata::backward_pass<Arch>& p) {
        for (std::size_t i = 0; i < In.count(); ++i) {
            float sum = p.accumulate ? p.parameter_gradient[i] : 0.0f;
            for (std::size_t r = 0; r < p.x.rows; ++r) sum += p.x[r][i] * p.y_gradient[r][i];
            p.parameter_gradient[i] = sum;
        }
    }
};

/// y = x W: a matrix of numbers that are learned. Value i of a parameter (row by row) lies at its place(i).
template <std::size_t Units>
struct mix : strata::layer_defaults {
    static constexpr strata::layer_traits traits{.backward_reads_input = true};

    static constexpr strata::extents output(strata::extents) { return strata::shape<Units>; }
    static constexpr strata::parameter weight(strata::extents in) {
        return {"weight", strata::extents{in.count(), Units}, in.count(), Units};
    }
    static constexpr strata::parameter_list parameters(strata::extents in) { return {1, {weight(in)}}; }
    static std::string describe() { return "mix"; }

    template <class Arch, strata::extents In>
    static void forward(const strata::forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) {
            std::fill_n(p.y[r], Units, 0.0f);
            for (std::size_t i = 0; i < In.count() * Units; ++i)
                p.y[r][i % Units] += p.x[r][i / Units] * p.parameters[weight(In).place(i)];
        }
    }

    template <class Arch, strata::extents In>
    static void input_gradient(const strata::backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) {
            std::fill_n(p.x_gradient[r], In.count(), 0.0f);
            for (std::size_t i = 0; i < In.count() * Units; ++i)
                p.x_gradient[r][i / Units] += p.y_gradient[r][i % Units] * p.parameters[weight(In).place(i)];
        }
    }

    template <class Arch, strata::extents In>
    static void parameter_gradient(const strata::backward_pass<Arch>& p) {
        for (std::size_t i = 0; i < In.count() * Units; ++i) {
            float& gradient = p.parameter_gradient[weight(In).place(i)];
            if (!p.accumulate) gradient = 0;
            for (std::size_t r = 0; r < p.x.rows; ++r)
                gradient += p.x[r][i / Units] * p.y_gradient[r][i % Units];
        }
    }
};

/// The same, but for the places: row by row, each row Stride floats after the one before. Consistently so: it
/// computes, learns and has right gradients. But read and write look for its weights elsewhere.
template <std::size_t Units, std::size_t Stride = Units>
struct row_major_mix : mix<Units> {
    static constexpr std::size_t place(std::size_t i) { return i / Units * Stride + i % Units; }
    static std::string describe() { return "row_major_mix"; }

    template <class Arch, strata::extents In>
    static void forward(const strata::forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) {
            std::fill_n(p.y[r], Units, 0.0f);
            for (std::size_t i = 0; i < In.count() * Units; ++i)
                p.y[r][i % Units] += p.x[r][i / Units] * p.parameters[place(i)];
        }
    }

    template <class Arch, strata::extents In>
    static void input_gradient(const strata::backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r) {
            std::fill_n(p.x_gradient[r], In.count(), 0.0f);
            for (std::size_t i = 0; i < In.count() * Units; ++i)
                p.x_gradient[r][i / Units] += p.y_gradient[r][i % Units] * p.parameters[place(i)];
        }
    }

    template <class Arch, strata::extents In>
    static void parameter_gradient(const strata::backward_pass<Arch>& p) {
        for (std::size_t i = 0; i < In.count() * Units; ++i) {
            float& gradient = p.parameter_gradient[place(i)];
            if (!p.accumulate) gradient = 0;
            for (std::size_t r = 0; r < p.x.rows; ++r)
                gradient += p.x[r][i / Units] * p.y_gradient[r][i % Units];
        }
    }
};

/// What `mistaken` gets wrong. Each of these is a mistake that is made.
enum class mistake {
    none,
    input_gradient_without_factor,
    input_gradient_without_last_value,
    input_gradient_off_by_a_fiftieth,
    input_gradient_infinite,
    factor_gradient_without_last_row,
    factor_gradient_of_wrong_sign,
    factor_gradient_not_a_number,
    value_not_a_number
};
mistake made = mistake::none;

/// `scale` with the mistake that is `made`: one network for all of them.
struct mistaken : scale {
    template <class Arch, strata::extents In>
    static void forward(const strata::forward_pass<Arch>& p) {
        scale::forward<Arch, In>(p);
        if (made == mistake::value_not_a_number) p.y[0][0] = std::nanf("");
    }

    template <class Arch, strata::extents In>
    static void input_gradient(const strata::backward_pass<Arch>& p) {
        scale::input_gradient<Arch, In>(p);
        const std::size_t last = In.count() - 1;
        if (made == mistake::input_gradient_infinite) p.x_gradient[0][0] = HUGE_VALF;
        for (std::size_t r = 0; r < p.x.rows; ++r) {
            if (made == mistake::input_gradient_without_last_value) p.x_gradient[r][last] = 0;
            for (std::size_t i = 0; i <= last; ++i) {
                if (made == mistake::input_gradient_off_by_a_fiftieth) p.x_gradient[r][i] *= 1.02f;
                if (made == mistake::input_gradient_without_factor) p.x_gradient[r][i] = p.y_gradient[r][i];
            }
        }
    }

    template <class Arch, strata::extents In>
    static void parameter_gradient(const strata::backward_pass<Arch>& p) {
        scale::parameter_gradient<Arch, In>(p);
        const std::size_t last = p.x.rows - 1;
        for (std::size_t i = 0; i < In.count(); ++i) {
            float& gradient = p.parameter_gradient[i];
            if (made == mistake::factor_gradient_without_last_row)
                gradient -= p.x[last][i] * p.y_gradient[last][i];
            if (made == mistake::factor_gradient_of_wrong_sign) gradient = -gradient;
            if (made == mistake::factor_gradient_not_a_number && i == 9) gradient = std::nanf("");
        }
    }
};

/// Right gradients of a function that does not depend on anything: a check of them would be a check of
/// nothing.
struct constant : strata::layer_defaults {
    static constexpr strata::parameter_list parameters(strata::extents in) { return scale::parameters(in); }
    static std::string describe() { return "constant"; }

    template <class Arch, strata::extents In>
    static void forward(const strata::forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.y.rows; ++r) std::fill_n(p.y[r], In.count(), 1.0f);
    }
    template <class Arch, strata::extents In>
    static void input_gradient(const strata::backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x_gradient.rows; ++r) std::fill_n(p.x_gradient[r], In.count(), 0.0f);
    }
    template <class Arch, strata::extents In>
    static void parameter_gradient(const strata::backward_pass<Arch>& p) {
        std::fill_n(p.parameter_gradient, In.count(), 0.0f);
    }
};
/// A staircase: its gradient of zero is right wherever there is one.
struct steps : constant {
    static constexpr strata::parameter_list parameters(strata::extents) { return {}; }
    template <class Arch, strata::extents In>
    static void forward(const strata::forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.y.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) p.y[r][i] = std::round(p.x[r][i]);
    }
};
/// |x|, with its gradient: a kink at 0.
struct magnitude : strata::layer_defaults {
    static constexpr strata::layer_traits traits{.backward_reads_input = true};
    static std::string describe() { return "magnitude"; }
    template <class Arch, strata::extents In>
    static void forward(const strata::forward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.y.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i) p.y[r][i] = std::abs(p.x[r][i]);
    }
    template <class Arch, strata::extents In>
    static void input_gradient(const strata::backward_pass<Arch>& p) {
        for (std::size_t r = 0; r < p.x.rows; ++r)
            for (std::size_t i = 0; i < In.count(); ++i)
                p.x_gradient[r][i] = p.x[r][i] < 0 ? -p.y_gradient[r][i] : p.y_gradient[r][i];
    }
};

template <class Layer>
struct alone : strata::network<strata::input<2, 3, 3>, Layer> {};

template <class Layer>
strata::gradient_report check() {
    return strata::check_gradients<alone<Layer>>();
}

TEST_CASE("a right layer of one's own passes, at odd shapes and between other layers") {
    struct one : strata::network<strata::input<1>, scale> {};
    struct prime : strata::network<strata::input<17>, scale, strata::tanh, scale> {};
    struct image : strata::network<strata::input<3, 5, 2>, scale, strata::flatten, strata::dense<3>, scale> {
    };
    CHECK(strata::check_gradients<one>().passed());
    CHECK(strata::check_gradients<prime>().passed());
    CHECK(strata::check_gradients<image>().passed());
    const strata::gradient_report report = check<scale>();
    CHECK(report.passed(1e-3));
    CHECK(report.compared == 18 + 3 * 18); // every factor, and every value of three samples
    CHECK(report.skipped == 0);
    CHECK(report.all_zero == "");
}

TEST_CASE("the layer computes what it says") {
    struct three : strata::network<strata::input<3>, scale> {};
    strata::model<three> net{strata::zeros{}};
    strata::workspace<three, strata::batch<2>> work;
    net.write(strata::parameters_of<three>[0], std::vector<float>{2, -1, 0.5f});
    const strata::rows_view y = strata::forward(net, work, std::vector<float>{1, 2, 3, 4, 5, 6});
    CHECK(y[0][0] == 2.0f);
    CHECK(y[0][1] == -2.0f);
    CHECK(y[0][2] == 1.5f);
    CHECK(y[1][0] == 8.0f);
    CHECK(y[1][1] == -5.0f);
    CHECK(y[1][2] == 3.0f);
}

TEST_CASE("a right layer with a matrix of its own passes, and its weights are read and written") {
    struct square : strata::network<strata::input<3>, mix<3>> {};
    struct odd : strata::network<strata::input<17>, mix<33>, strata::tanh, mix<20>, strata::tanh, mix<5>> {};
    struct image : strata::network<strata::input<2, 3, 3>, mix<18>, strata::tanh, mix<1>> {};
    struct whole : strata::network<strata::input<5>, mix<32>, strata::dense<7>> {};
    CHECK(strata::check_gradients<square>().passed(1e-3));
    CHECK(strata::check_gradients<odd>().passed());
    CHECK(strata::check_gradients<image>().passed());
    CHECK(strata::check_gradients<whole>().passed());

    struct three : strata::network<strata::input<3>, mix<20>> {};
    strata::model<three> net{strata::glorot_uniform{}, strata::seed{1}};
    std::vector<float> weight(60);
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = static_cast<float>(i);
    net.write(strata::parameters_of<three>[0], weight);
    const std::vector<float> y = strata::predict(net, std::vector<float>{1, 10, 100});
    for (std::size_t j = 0; j < 20; ++j)
        CHECK(y[j] == weight[j] + 10 * weight[20 + j] + 100 * weight[40 + j]);
}

/// That check_gradients and training say where the values of a matrix lie, and that it was not there.
template <class Net>
void check_is_noticed(const std::string& where) {
    const strata::gradient_report report = strata::check_gradients<Net>();
    CAPTURE(report.where);
    CHECK_FALSE(report.passed());
    CHECK_FALSE(report.passed(1e6));
    CHECK(report.misplaced.find(where) != std::string::npos);
    CHECK(report.misplaced.find("lies at its place(i)") != std::string::npos);
    CHECK(report.where.find(where) != std::string::npos);

    strata::model<Net> net{strata::glorot_uniform{}, strata::seed{1}};
    const auto work = std::make_unique<strata::workspace<Net, strata::batch<3>>>();
    strata::optimizer opt{net, strata::adam{}};
    const std::vector<float> x(3 * Net::input.count(), 0.5f);
    const std::vector<float> y(3 * Net::output.count(), 0.25f);
    const auto said = doctest::Contains(where.c_str());
    const strata::mse loss;
    CHECK_THROWS_WITH_AS(strata::accumulate(net, *work, loss, x, y), said, std::logic_error);
    CHECK_THROWS_WITH_AS(strata::train_step(net, *work, opt, loss, x, y), said, std::logic_error);
    CHECK_THROWS_WITH_AS(strata::fit(net, *work, opt, loss, x, y, {.epochs = 1}), said, std::logic_error);
    strata::forward(net, *work, x);
    CHECK_THROWS_WITH_AS(strata::backward(net, *work, y), said, std::logic_error);
}

TEST_CASE("a layer that looks for its matrix row by row has gradients in the padding, and is noticed") {
    using strata::input, strata::network, strata::dense, strata::tanh;
    struct square : network<input<3>, row_major_mix<3>> {};
    struct tall : network<input<40>, row_major_mix<5>> {};
    struct odd : network<input<17>, dense<33>, tanh, row_major_mix<20>, dense<5>> {};
    struct large : network<input<300>, dense<250>, tanh, row_major_mix<33>> {};
    struct lines : network<input<7>, row_major_mix<20, 32>> {};
    struct image : network<input<2, 3, 3>, row_major_mix<17, 32>, tanh, dense<3>> {};
    static_assert(large::gradient_floats >= std::size_t{1} << 16); // steps layer by layer
    check_is_noticed<square>("weight of layer 1 (row_major_mix)");
    check_is_noticed<tall>("weight of layer 1 (row_major_mix)");
    check_is_noticed<odd>("weight of layer 3 (row_major_mix)");
    check_is_noticed<large>("weight of layer 3 (row_major_mix)");
    check_is_noticed<lines>("weight of layer 1 (row_major_mix)");
    check_is_noticed<image>("weight of layer 1 (row_major_mix)");
}

TEST_CASE("gradients that someone else left in the padding are no layer's error") {
    struct two : strata::network<strata::input<3>, mix<20>, scale> {};
    strata::model<two> net{strata::glorot_uniform{}, strata::seed{1}};
    strata::workspace<two, strata::batch<1>> work;
    strata::optimizer opt{net, strata::sgd{}};
    const std::vector<float> x(3, 0.5f);
    const std::vector<float> y(20, 0.5f);
    for (int i = 0; i < 2; ++i) {
        for (float& gradient : work.parameter_gradients()) gradient = 1;
        work.note_gradients();
        strata::accumulate(net, work, strata::mse{}, x, y);
        opt.step(net, work);
        for (float& gradient : work.parameter_gradients()) gradient = 1; // old, so nobody adds to it
        strata::train_step(net, work, opt, strata::mse{}, x, y);
    }
    CHECK(opt.steps() == 4);
}

strata::gradient_report check(mistake what, std::uint64_t seed = 1) {
    made = what;
    return strata::check_gradients<alone<mistaken>>({.seed = strata::seed{seed}});
}

/// That the check fails for a mistake, and says where it is.
void check_is_found(mistake what, const std::string& where) {
    const strata::gradient_report report = check(what);
    CAPTURE(report.where);
    CHECK_FALSE(report.passed());
    CHECK(report.worst > 1e-2);
    CHECK(report.where.starts_with(where));
}

TEST_CASE("a wrong gradient fails, and the report says which") {
    CHECK(check(mistake::none).passed());
    check_is_found(mistake::input_gradient_without_factor, "input [");
    check_is_found(mistake::input_gradient_without_last_value, "input [");
    check_is_found(mistake::input_gradient_off_by_a_fiftieth, "input [");
    check_is_found(mistake::factor_gradient_without_last_row, "factor of layer 1 [");
    check_is_found(mistake::factor_gradient_of_wrong_sign, "factor of layer 1 [");
}

TEST_CASE("a gradient or a value that is no number fails") {
    check_is_found(mistake::factor_gradient_not_a_number, "factor of layer 1 [9]");
    check_is_found(mistake::input_gradient_infinite, "input [0]");
    CHECK_FALSE(check(mistake::value_not_a_number).passed());
}

TEST_CASE("gradients that are all zero fail, even where they are right") {
    const strata::gradient_report report = check<constant>();
    CHECK_FALSE(report.passed());
    CHECK(report.worst == 0);
    CHECK(report.all_zero == "factor of layer 1, input");
    CHECK_FALSE(check<steps>().passed());
}

TEST_CASE("at a kink nothing is compared; where most is kinks, the check does not pass") {
    const strata::gradient_report report = check<magnitude>();
    CHECK(report.passed());
    const strata::gradient_report narrow = strata::check_gradients<alone<magnitude>>({.input_range = 1e-3f});
    CHECK(narrow.skipped > narrow.compared);
    CHECK_FALSE(narrow.passed());
}

TEST_CASE("so many entries of a tensor are compared as asked for, spread over it") {
    const strata::gradient_report report = strata::check_gradients<alone<scale>>({.per_tensor = 5});
    CHECK(report.compared <= 10);
    CHECK(report.compared >= 8);
    CHECK(report.passed());
}

TEST_CASE("another seed draws another check, the same seed the same") {
    const auto worst = [](std::uint64_t seed) {
        return check(mistake::input_gradient_without_factor, seed).worst;
    };
    CHECK(worst(1) == worst(1));
    CHECK(worst(1) != worst(2));
}

template <class... Middle>
struct between_dense
    : strata::network<strata::input<9>, strata::dense<20>, Middle..., strata::tanh, strata::dense<3>> {};

TEST_CASE("frozen layers hand right gradients on, and their weights are not compared") {
    using strata::frozen;
    using all = between_dense<strata::dense<18>>;
    using frozen_in_the_middle = between_dense<frozen<strata::dense<18>>>;
    const strata::gradient_report report =
        strata::check_gradients<frozen_in_the_middle>({.per_tensor = 1000});
    CAPTURE(report.where);
    CHECK(report.passed());
    CHECK(report.compared == strata::check_gradients<all>({.per_tensor = 1000}).compared - (20 * 18 + 18));
    CHECK(strata::check_gradients<between_dense<frozen<strata::batch_norm<>>>>().passed());
    CHECK(strata::check_gradients<between_dense<frozen<strata::dropout<0.5>, strata::tanh>>>().passed());
    CHECK(strata::check_gradients<strata::thawed<frozen_in_the_middle>>().passed());
}

TEST_CASE("behind frozen layers at the beginning, all but the input's gradient is compared") {
    struct frozen_start : strata::network<strata::input<9>, strata::frozen<strata::dense<20>, strata::tanh>,
                                          strata::dense<3>> {};
    const strata::gradient_report report = strata::check_gradients<frozen_start>();
    CAPTURE(report.where);
    CHECK(report.passed());
    CHECK(report.compared == 20 * 3 + 3);
    CHECK(strata::check_gradients<strata::thawed<frozen_start>>().compared == 180 + 20 + 60 + 3 + 3 * 9);
}

TEST_CASE("a mistake behind a frozen layer is found") {
    struct behind : strata::network<strata::input<2, 3, 3>, strata::frozen<scale>, mistaken> {};
    made = mistake::factor_gradient_of_wrong_sign;
    const strata::gradient_report report = strata::check_gradients<behind>();
    CHECK_FALSE(report.passed());
    CHECK(report.where.starts_with("factor of layer 2 ["));
}

TEST_CASE("what one draw of dropout and the batch's statistics make is differentiated as it was") {
    CHECK(strata::check_gradients<between_dense<strata::dropout<0.3>>, 5>().passed());
    CHECK(
        strata::check_gradients<between_dense<strata::tanh, strata::batch_norm<>, strata::dropout<0.3>>, 5>()
            .passed());
}

TEST_CASE("a matrix that two layers share has the gradient of both") {
    using strata::mark, strata::tied_dense;
    struct tied : strata::network<strata::input<9>, mark<"first">, strata::dense<20>, strata::tanh,
                                  tied_dense<9, "first">> {};
    struct twice : strata::network<strata::input<9>, mark<"first">, strata::dense<9>, strata::tanh,
                                   tied_dense<9, "first">, strata::tanh, tied_dense<9, "first">> {};
    struct owner_frozen : strata::network<strata::input<9>, mark<"first">, strata::frozen<strata::dense<20>>,
                                          strata::tanh, tied_dense<9, "first">> {};
    CHECK(strata::check_gradients<tied>().passed());
    CHECK(strata::check_gradients<twice>().passed());
    CHECK(strata::check_gradients<owner_frozen>().passed());
    CHECK(strata::check_gradients<strata::thawed<owner_frozen>>().passed());
}

} // namespace

TEST_CASE("options that make no sense are refused") {
    using strata::check_gradients;
    struct net : strata::network<strata::input<3>, strata::dense<2>> {};
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH_AS(check_gradients<net>({.per_tensor = 0}), doctest::Contains("per_tensor"),
                         std::invalid_argument);
    for (const float bad : {0.0f, -1e-2f, nan, infinity, -infinity})
        CHECK_THROWS_AS(check_gradients<net>({.step = bad}), std::invalid_argument);
    for (const float bad : {-1e-2f, nan, infinity, -infinity}) {
        CHECK_THROWS_AS(check_gradients<net>({.weight_range = bad}), std::invalid_argument);
        CHECK_THROWS_AS(check_gradients<net>({.input_range = bad}), std::invalid_argument);
    }
    CHECK(check_gradients<net>({.per_tensor = 1}).compared == 3);
    CHECK(check_gradients<net>({.per_tensor = std::numeric_limits<std::size_t>::max()}).passed());
}
