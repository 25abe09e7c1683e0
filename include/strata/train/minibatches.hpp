// Going through samples and targets in batches, shuffled or in order; the last batch may be smaller.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/graph/messages.hpp"
#include "strata/random/fill.hpp"
#include "strata/tensor/rows.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace strata {

/// One batch: views of rows, so taking it copies nothing.
struct minibatch {
    rows_view x;
    rows_view y;
};

/// A range of minibatches over rows that it does not own. Allocates once, for the order of the rows.
class minibatch_range {
public:
    /// Throws std::invalid_argument if there are not as many targets as samples, or if the size is 0,
    /// std::length_error for 2^32 samples or more.
    minibatch_range(const rows_view& x, const rows_view& y, std::size_t size) : x_{x}, y_{y}, size_{size} {
        if (size == 0) throw std::invalid_argument{"strata: batches of 0 samples: the size is at least 1"};
        if (x.rows != y.rows)
            throw std::invalid_argument{"strata: " + std::to_string(x.rows) + " samples, but " +
                                        std::to_string(y.rows) + " targets"};
        if (x.order != nullptr || y.order != nullptr)
            throw std::invalid_argument{"strata: minibatches of rows that are themselves a minibatch"};
        if (x.rows > std::numeric_limits<std::uint32_t>::max())
            throw std::length_error{"strata: " + std::to_string(x.rows) +
                                    " samples are more than minibatches can count"};
        order_.resize(x.rows);
        reset();
    }

    /// Back to the order in which the rows lie.
    void reset() { std::iota(order_.begin(), order_.end(), std::uint32_t{0}); }

    /// A new random order, which depends on the seed alone.
    void shuffle(seed s) {
        reset();
        strata::shuffle(order_, s);
    }

    class iterator {
    public:
        using value_type = minibatch;
        using difference_type = std::ptrdiff_t;

        iterator() = default;
        iterator(const minibatch_range* range, std::size_t first) : range_{range}, first_{first} {}
        minibatch operator*() const { return range_->at(first_); }
        iterator& operator++() {
            first_ += std::min(range_->size_, range_->x_.rows - first_);
            return *this;
        }
        iterator operator++(int) {
            iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const iterator& other) const { return first_ == other.first_; }

    private:
        const minibatch_range* range_ = nullptr;
        std::size_t first_ = 0;
    };

    [[nodiscard]] iterator begin() const { return {this, 0}; }
    [[nodiscard]] iterator end() const { return {this, x_.rows}; }
    /// The number of batches.
    [[nodiscard]] std::size_t size() const { return x_.rows / size_ + (x_.rows % size_ != 0); }

private:
    [[nodiscard]] minibatch at(std::size_t first) const {
        const std::size_t count = std::min(size_, x_.rows - first);
        rows_view x = x_;
        rows_view y = y_;
        x.order = y.order = order_.data();
        return {x.part(first, count), y.part(first, count)};
    }

    rows_view x_;
    rows_view y_;
    std::size_t size_;
    std::vector<std::uint32_t> order_;
};

namespace detail {

template <std::size_t Size>
constexpr void refuse_empty_batches() {
    static_assert(Size > 0, "strata: minibatches<Size> needs a Size of at least 1");
}

} // namespace detail

/// Batches of Size rows in the order in which they lie. Samples and targets must outlive the range, so
/// temporaries that own their values are refused by the compiler; both are rows, or with xtensor.hpp
/// contiguous xtensors whose first axis counts the samples. Batches know the shape of their samples, and a
/// network that takes another refuses them.
template <std::size_t Size, class X, class Y>
minibatch_range minibatches(X&& x, Y&& y) {
    detail::refuse_empty_batches<Size>();
    return {as_rows(std::forward<X>(x), any_sample{}), as_rows(std::forward<Y>(y), any_sample{}), Size};
}

/// Batches of Size rows in an order that depends on the seed alone: a new seed for every epoch.
template <std::size_t Size, class X, class Y>
minibatch_range minibatches(X&& x, Y&& y, seed s) {
    detail::refuse_empty_batches<Size>();
    minibatch_range range{as_rows(std::forward<X>(x), any_sample{}),
                          as_rows(std::forward<Y>(y), any_sample{}), Size};
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
    static_assert(messages::fine<X>,
                  "strata: the size of minibatches stands in its brackets: minibatches<32>(samples, targets), or with "
                  "a seed for their order minibatches<32>(samples, targets, seed{1})");
    return {{}, {}, 1};
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
