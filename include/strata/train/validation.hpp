// Samples and targets that fit measures after every epoch, of any kind that fit takes.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/tensor/class_indices.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/train/class_targets.hpp"
#include "strata/train/refusals.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// Rows, or class indices, with what they need to live.
struct held_rows {
    std::shared_ptr<const void> owner;
    rows_view rows;
    class_targets classes;
    bool are_classes = false;
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

    [[nodiscard]] bool given() const { return see_ != nullptr; }
    [[nodiscard]] held_rows see(const extents& sample) const { return see_(values_.get(), sample); }

private:
    template <class Values>
    static held_rows see_as(const void* at, const extents& sample) {
        const Values& values = *static_cast<const Values*>(at);
        if constexpr (std::is_same_v<Values, class_targets>) {
            return {nullptr, {}, values, true};
        } else if constexpr (class_indices<Values>) {
            return {nullptr, {}, as_class_targets(values, sample.count() / sample.last()), true};
        } else {
            using seen = std::remove_cvref_t<decltype(as_rows(values, sample))>;
            if constexpr (std::is_same_v<seen, rows_view>) {
                return {nullptr, as_rows(values, sample), {}, false};
            } else {
                const auto rows = std::make_shared<const seen>(as_rows(values, sample));
                return {rows, *rows, {}, false};
            }
        }
    }

    std::shared_ptr<const void> values_;
    held_rows (*see_)(const void*, const extents&) = nullptr;
};

} // namespace detail

namespace detail {

/// Samples that are not floats, or targets that are neither floats nor integers.
template <class X, class Y>
concept no_validation_data = not_floats<X> || (not_floats<Y> && !class_indices<Y>);

} // namespace detail

/// fit's option .validation = {x, y}. What has a name is referred to, and must outlive the training; temporaries are
/// kept.
class validation_data {
public:
    validation_data() = default;
    template <class X, class Y>
    validation_data(X&& x, Y&& y) : x_{std::forward<X>(x)}, y_{std::forward<Y>(y)} {}
    template <class X, class Y>
    requires detail::no_validation_data<std::remove_cvref_t<X>, std::remove_cvref_t<Y>>
    validation_data(X&&, Y&&) {
        static_assert(
            messages::fine<X, Y>,
            "strata: networks compute in float, and so is validation data: {samples, targets} in one piece "
            "(std::vector, std::array or std::span), rows, or with strata.hpp xtensors; targets of "
            "cross_entropy may be class indices");
    }

    [[nodiscard]] bool given() const { return x_.given(); }
    [[nodiscard]] detail::held_rows samples(const extents& input) const { return x_.see(input); }
    [[nodiscard]] detail::held_rows targets(const extents& output) const { return y_.see(output); }

private:
    detail::any_rows x_, y_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
