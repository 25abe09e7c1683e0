// Samples and targets that fit measures after every epoch, of any kind that fit takes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/tensor/class_indices.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/several_rows.hpp"
#include "strata/train/class_targets.hpp"
#include "strata/train/refusals.hpp"

#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// Rows, or class indices, with what they need to live.
struct held_rows {
    std::shared_ptr<const void> owner{};
    rows_view floats{};
    basic_rows_view<double> doubles{};
    class_targets classes{};
    enum { of_floats, of_doubles, of_classes } kind = of_floats;

    static held_rows of(const rows_view& rows, std::shared_ptr<const void> owner) {
        held_rows held{std::move(owner)};
        held.floats = rows;
        return held;
    }
    static held_rows of(const basic_rows_view<double>& rows, std::shared_ptr<const void> owner) {
        held_rows held{std::move(owner)};
        held.doubles = rows;
        held.kind = of_doubles;
        return held;
    }
    static held_rows of(const class_targets& targets) {
        held_rows held;
        held.classes = targets;
        held.kind = of_classes;
        return held;
    }

    /// The rows, of a network's numbers. Throws std::invalid_argument if they are of others.
    template <class Real>
    [[nodiscard]] const basic_rows_view<Real>& rows() const {
        constexpr bool floats_wanted = std::is_same_v<Real, float>;
        if (kind != (floats_wanted ? of_floats : of_doubles))
            raise<std::invalid_argument>(
                floats_wanted ? "the validation data are doubles, and the model computes in float"
                              : "the validation data are floats, and the model computes in double");
        if constexpr (floats_wanted)
            return floats;
        else
            return doubles;
    }
};

/// Samples or targets of any type, which say what they are once it is known of which shape.
class any_rows {
public:
    any_rows() = default;

    /// What has a name is referred to; a temporary is kept.
    template <class Values>
    requires(!std::is_same_v<std::remove_cvref_t<Values>, any_rows>)
    explicit any_rows(Values&& values) : see_{see_as<std::remove_cvref_t<Values>>} {
        using type = std::remove_cvref_t<Values>;
        if constexpr (std::is_lvalue_reference_v<Values>)
            values_ = std::shared_ptr<const void>{std::shared_ptr<const void>{}, std::addressof(values)};
        else
            values_ = std::make_shared<const type>(std::forward<Values>(values));
    }

    [[nodiscard]] held_rows see(const extents& sample) const { return see_(values_.get(), sample); }

private:
    template <class Values>
    static held_rows see_as(const void* at, const extents& sample) {
        const Values& values = *static_cast<const Values*>(at);
        if constexpr (std::is_same_v<Values, class_targets>) {
            return held_rows::of(values);
        } else if constexpr (class_indices<Values>) {
            return held_rows::of(as_class_targets(values, sample.count() / sample.last()));
        } else {
            using seen = std::remove_cvref_t<decltype(as_rows(values, sample))>;
            using rows = basic_rows_view<typename seen::real>;
            if constexpr (std::is_same_v<seen, rows>) {
                return held_rows::of(as_rows(values, sample), nullptr);
            } else {
                const auto owner = std::make_shared<const seen>(as_rows(values, sample));
                return held_rows::of(static_cast<rows>(*owner), owner);
            }
        }
    }

    std::shared_ptr<const void> values_;
    held_rows (*see_)(const void*, const extents&) = nullptr;
};

} // namespace detail

namespace detail {

/// Neither floats nor doubles.
template <class Values>
concept no_numbers = not_numbers<Values, float> && not_numbers<Values, double>;

/// The same, or a tuple with a part that is neither; targets may be integers.
template <class Values, bool AreTargets>
inline constexpr bool are_other_values = no_numbers<Values> && !(AreTargets && class_indices<Values>);
template <class... Parts, bool AreTargets>
inline constexpr bool are_other_values<std::tuple<Parts...>, AreTargets> =
    (are_other_values<std::remove_cvref_t<Parts>, AreTargets> || ...);
template <class First, class Second, bool AreTargets>
inline constexpr bool are_other_values<std::pair<First, Second>, AreTargets> =
    are_other_values<std::tuple<First, Second>, AreTargets>;

template <class X, class Y>
concept no_validation_data = are_other_values<X, false> || are_other_values<Y, true>;

} // namespace detail

/// fit's option .validation = {x, y}, of several inputs or outputs a tuple each: {std::tie(noise, classes), images}. What
/// has a name is referred to, and must outlive the training; temporaries are kept.
class validation_data {
public:
    validation_data() = default;
    /// Samples and targets.
    template <class X, class Y>
    validation_data(X&& x, Y&& y) : x_{hold(std::forward<X>(x))}, y_{hold(std::forward<Y>(y))} {}
    template <class X, class Y>
    requires detail::no_validation_data<std::remove_cvref_t<X>, std::remove_cvref_t<Y>>
    validation_data(X&&, Y&&) {
        static_assert(
            messages::always_false<X, Y>,
            "strata: validation data is floats, or doubles where the model computes in those: {samples, "
            "targets} in "
            "one piece (std::vector, std::array or std::span), rows, or with strata.hpp xtensors; targets of "
            "cross_entropy may be class indices");
    }

    /// Whether there are any.
    [[nodiscard]] bool given() const { return !x_.empty(); }
    /// Of how many inputs there are samples.
    [[nodiscard]] std::size_t samples() const { return x_.size(); }
    /// Of how many outputs there are targets.
    [[nodiscard]] std::size_t targets() const { return y_.size(); }
    /// The samples of input k, as rows of its shape.
    [[nodiscard]] detail::held_rows samples_of(std::size_t k, const extents& input) const {
        return x_[k].see(input);
    }
    /// The targets of output k, as rows of its shape.
    [[nodiscard]] detail::held_rows targets_of(std::size_t k, const extents& output) const {
        return y_[k].see(output);
    }

private:
    /// What a tuple holds, or the one thing that is none.
    template <class Values>
    static std::vector<detail::any_rows> hold(Values&& values) {
        std::vector<detail::any_rows> held;
        if constexpr (requires { values.views; })
            return hold(std::forward<Values>(values).views);
        else if constexpr (detail::tuple_parts<std::remove_cvref_t<Values>> == 0)
            held.emplace_back(std::forward<Values>(values));
        else
            [&]<std::size_t... K>(std::index_sequence<K...>) {
                (held.emplace_back(std::get<K>(std::forward<Values>(values))), ...);
            }(std::make_index_sequence<detail::tuple_parts<std::remove_cvref_t<Values>>>{});
        return held;
    }

    std::vector<detail::any_rows> x_, y_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
