// Going through samples and targets in batches, shuffled or in order; the last batch may be smaller.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/meta/raise.hpp"
#include "strata/random/fill.hpp"
#include "strata/tensor/rows.hpp"
#include "strata/tensor/several_rows.hpp"
#include "strata/train/class_targets.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numeric>
#include <span> // and the concepts of ranges: <ranges> takes compilers longer
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// One batch: views of rows, so taking it copies nothing. Its samples are rows, its targets rows or class_targets; of
/// tuples both are several_rows.
template <class Samples, class Targets>
struct basic_minibatch {
    Samples x; ///< samples
    Targets y; ///< targets
};
/// Of one input and one output, in floats.
using minibatch = basic_minibatch<rows_view, rows_view>;

/// A range of minibatches over rows that it does not own. Allocates once, for the order of the rows.
template <class Samples, class Targets>
class basic_minibatch_range {
public:
    /// Throws std::invalid_argument if there are not as many targets as samples, or if the size is 0,
    /// std::length_error for 2^32 samples or more.
    basic_minibatch_range(const Samples& x, const Targets& y, std::size_t size) : x_{x}, y_{y}, size_{size} {
        if (size == 0) detail::raise<std::invalid_argument>("batches of 0 samples: the size is at least 1");
        if (x.rows != y.rows)
            detail::raise<std::invalid_argument>(
                {x.rows, " samples, but ", y.rows, " targets", detail::hint_of_targets(y, x.rows)});
        refuse_ordered(x);
        refuse_ordered(y);
        if (x.rows > std::numeric_limits<std::uint32_t>::max())
            detail::raise<std::length_error>({x.rows, " samples are more than minibatches can count"});
        order_.resize(x.rows);
        reset();
    }
    /// Of some of the rows alone: those of these numbers.
    basic_minibatch_range(const Samples& x, const Targets& y, std::size_t size,
                          std::vector<std::uint32_t> rows)
        : basic_minibatch_range{x, y, size} {
        some_ = std::move(rows);
        order_.resize(some_.size());
        reset();
    }

    /// Back to the order in which the rows lie.
    void reset() {
        if (some_.empty())
            std::iota(order_.begin(), order_.end(), std::uint32_t{0});
        else
            std::copy(some_.begin(), some_.end(), order_.begin());
    }

    /// A new random order, which depends on the seed alone.
    void shuffle(seed s) {
        reset();
        detail::shuffle(order_.data(), order_.size(), s, streams::shuffle);
    }

    class iterator {
    public:
        using value_type = basic_minibatch<Samples, Targets>;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(const basic_minibatch_range* range, std::size_t first) : range_{range}, first_{first} {}
        value_type operator*() const { return range_->at(first_); }
        iterator& operator++() {
            first_ += std::min(range_->size_, range_->rows() - first_);
            return *this;
        }
        iterator operator++(int) {
            iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const iterator& other) const { return first_ == other.first_; }

    private:
        const basic_minibatch_range* range_ = nullptr;
        std::size_t first_ = 0;
    };

    /// The first batch.
    [[nodiscard]] iterator begin() const { return {this, 0}; }
    /// Behind the last one.
    [[nodiscard]] iterator end() const { return {this, rows()}; }
    /// The number of batches.
    [[nodiscard]] std::size_t size() const { return rows() / size_ + (rows() % size_ != 0); }
    /// The number of samples in all of them.
    [[nodiscard]] std::size_t rows() const { return order_.size(); }

private:
    template <class Rows>
    static void refuse_ordered(const Rows& rows) {
        detail::for_each_part(rows, [](auto, const auto& one) {
            if (one.order != nullptr)
                detail::raise<std::invalid_argument>("minibatches of rows that are themselves a minibatch");
        });
    }
    [[nodiscard]] basic_minibatch<Samples, Targets> at(std::size_t first) const {
        const std::size_t count = std::min(size_, rows() - first);
        return {detail::in_order(x_, order_.data()).part(first, count),
                detail::in_order(y_, order_.data()).part(first, count)};
    }

    Samples x_;
    Targets y_;
    std::size_t size_;
    std::vector<std::uint32_t> some_; // empty: all
    std::vector<std::uint32_t> order_;
};
/// Of one input and one output, in floats.
using minibatch_range = basic_minibatch_range<rows_view, rows_view>;

namespace detail {

template <std::size_t Size>
constexpr void refuse_empty_batches() {
    static_assert(Size > 0, "strata: minibatches<Size> needs a Size of at least 1");
}

/// Whether class indices outlive this call, those in a tuple too: they have a name, or lie in memory that is not their own.
template <class Y>
consteval bool class_indices_stay() {
    using type = std::remove_cvref_t<Y>;
    if constexpr (requires(const type& y) { y.views; })
        return true;
    else if constexpr (tuple_parts<type> > 0)
        return []<std::size_t... K>(std::index_sequence<K...>) {
            return (class_indices_stay<decltype(std::get<K>(std::declval<Y>()))>() && ...);
        }(std::make_index_sequence<tuple_parts<type>>{});
    else
        return !class_indices<type> || std::is_lvalue_reference_v<Y> ||
               (std::ranges::borrowed_range<type> && contiguous_indices<type>);
}

/// Targets that outlive this call: rows, or class indices, as many as there are samples or a multiple of that.
template <class Y>
auto targets_that_stay(Y&& y, std::size_t rows) {
    using type = std::remove_cvref_t<Y>;
    if constexpr (requires { y.views; }) {
        return type{y};
    } else if constexpr (tuple_parts<type> > 0) {
        return [&]<std::size_t... K>(std::index_sequence<K...>) {
            return several_rows{targets_that_stay(std::get<K>(std::forward<Y>(y)), rows)...};
        }(std::make_index_sequence<tuple_parts<type>>{});
    } else if constexpr (class_indices<type>) {
        const auto count = static_cast<std::size_t>(std::size(y));
        return as_class_targets(y, rows > 0 && count > rows && count % rows == 0 ? count / rows : 1);
    } else {
        return as_rows(std::forward<Y>(y), any_sample{});
    }
}

/// Rows, or several_rows, of numbers: class indices are no samples.
template <class X>
auto samples_that_stay(X&& x) {
    using type = std::remove_cvref_t<X>;
    if constexpr (requires { x.views; })
        return type{x};
    else if constexpr (tuple_parts<type> > 0)
        return [&]<std::size_t... K>(std::index_sequence<K...>) {
            return several_rows{as_rows(std::get<K>(std::forward<X>(x)), any_sample{})...};
        }(std::make_index_sequence<tuple_parts<type>>{});
    else
        return as_rows(std::forward<X>(x), any_sample{});
}

template <std::size_t Size, class X, class Y>
auto make_minibatches(X&& x, Y&& y) {
    refuse_empty_batches<Size>();
    static_assert(class_indices_stay<Y>(),
                  "strata: these class indices are a temporary and gone before the batches "
                  "are read: give them a name first");
    const auto samples = samples_that_stay(std::forward<X>(x));
    const auto targets = targets_that_stay(std::forward<Y>(y), samples.rows);
    return basic_minibatch_range<std::remove_const_t<decltype(samples)>,
                                 std::remove_const_t<decltype(targets)>>{samples, targets, Size};
}

} // namespace detail

/// Batches of Size rows in the order in which they lie. Samples and targets must outlive the range, so
/// temporaries that own their values are refused by the compiler; both are rows, or with xtensor.hpp
/// contiguous xtensors whose first axis counts the samples, and targets may be class indices, any range of integers. For
/// several inputs or outputs they are tuples of references: minibatches<32>(std::tie(noise, classes), images).
/// Batches know the shape of their samples, and a network that takes another refuses them.
template <std::size_t Size, class X, class Y>
auto minibatches(X&& x, Y&& y) {
    return detail::make_minibatches<Size>(std::forward<X>(x), std::forward<Y>(y));
}

/// Batches of Size rows in an order that depends on the seed alone: a new seed for every epoch.
template <std::size_t Size, class X, class Y>
auto minibatches(X&& x, Y&& y, seed s) {
    auto range = detail::make_minibatches<Size>(std::forward<X>(x), std::forward<Y>(y));
    range.shuffle(s);
    return range;
}

/// A number for a seed, and a size that is not in the brackets.
template <std::size_t Size, class X, class Y, std::integral Number>
minibatch_range minibatches(const X&, const Y&, Number) {
    static_assert(sizeof(messages::number_for_a_seed<Number>) > 0);
    return {{}, {}, Size};
}
template <class X, class Y, class... More>
minibatch_range minibatches(const X&, const Y&, const More&...) {
    static_assert(
        messages::always_false<X>,
        "strata: the size of minibatches stands in its brackets: minibatches<32>(samples, targets), or with "
        "a seed for their order minibatches<32>(samples, targets, seed{1})");
    return {{}, {}, 1};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
