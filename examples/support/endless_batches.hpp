// Batches of rows without end, in a new order every time all rows have been given.
#pragma once

#include "strata/train/minibatches.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace examples {

class endless_batches {
public:
    /// Batches of `size` rows, which must outlive this. Throws std::invalid_argument if there are fewer.
    endless_batches(const strata::rows_view& rows, std::size_t size, strata::seed s)
        : batches_{rows, rows, size}, next_{&batches_, 0}, size_{size}, seed_{s.value} {
        if (rows.rows < size) throw std::invalid_argument{"fewer rows than a batch takes"};
        batches_.shuffle(s);
    }

    /// Always a whole batch: what is left at the end of an order is passed over.
    strata::rows_view next() {
        if (next_ == batches_.end() || (*next_).x.rows < size_) {
            batches_.shuffle({seed_ + (++round_ << 32)});
            next_ = batches_.begin();
        }
        const strata::rows_view rows = (*next_).x;
        ++next_;
        return rows;
    }

    endless_batches(const endless_batches&) = delete;
    endless_batches& operator=(const endless_batches&) = delete;

private:
    strata::minibatch_range batches_;
    strata::minibatch_range::iterator next_;
    std::size_t size_;
    std::uint64_t seed_;
    std::uint64_t round_ = 0;
};

} // namespace examples
