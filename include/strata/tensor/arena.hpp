// One block of floats on the heap: aligned to 64 bytes, a whole number of 64-byte lines, zero at first.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/raise.hpp"
#include "strata/tensor/extents.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <span>
#include <utility>

namespace strata::inline STRATA_TARGET {

/// An owning, move-only block of floats. Everything that outlives a call lives in one: weights, activations,
/// gradients, optimizer state. Allocation failure is std::bad_alloc, for more than most_floats too.
template <class Real>
class basic_arena {
public:
    static constexpr std::size_t alignment = 64; ///< bytes; the block's length is a multiple of it, too

    basic_arena() = default;

    /// So many floats, rounded up to whole lines, all 0.
    explicit basic_arena(std::size_t floats)
        : size_{checked_size(floats)},
          data_{size_ == 0
                    ? nullptr
                    : static_cast<Real*>(::operator new(size_ * sizeof(Real), std::align_val_t{alignment}))} {
        zero();
    }

    /// Floats of somebody else, which outlive this: as they are, none is cleared.
    [[nodiscard]] static basic_arena over(std::span<Real> floats) {
        basic_arena view;
        view.size_ = floats.size();
        view.data_ = floats.data();
        view.owns_ = false;
        return view;
    }

    basic_arena(basic_arena&& other) noexcept
        : size_{std::exchange(other.size_, 0)},
          data_{std::exchange(other.data_, nullptr)},
          owns_{std::exchange(other.owns_, true)} {}

    basic_arena& operator=(basic_arena&& other) noexcept {
        basic_arena taken{std::move(other)}; // which leaves the other one empty, and frees what was here
        std::swap(size_, taken.size_);
        std::swap(data_, taken.data_);
        std::swap(owns_, taken.owns_);
        return *this;
    }

    ~basic_arena() {
        if (owns_) ::operator delete(data_, std::align_val_t{alignment});
    }

    /// A copy with its own block. Explicit, because it costs an allocation.
    [[nodiscard]] basic_arena clone() const {
        basic_arena copy{size_};
        std::copy_n(data_, size_, copy.data_);
        return copy;
    }

    /// Sets all of it to 0.
    void zero() { std::fill_n(data_, size_, Real(0)); }

    /// The first float; null if there is none.
    [[nodiscard]] Real* data() { return data_; }
    [[nodiscard]] const Real* data() const { return data_; }
    /// How many floats it has, those that it was rounded up by included.
    [[nodiscard]] std::size_t size() const { return size_; }
    /// The same in bytes.
    [[nodiscard]] std::size_t bytes() const { return size_ * sizeof(Real); }
    /// All of it.
    [[nodiscard]] std::span<Real> span() { return {data_, size_}; }
    [[nodiscard]] std::span<const Real> span() const { return {data_, size_}; }

private:
    static std::size_t checked_size(std::size_t floats) {
        if (floats > most_floats) detail::raise<std::bad_alloc>("more floats than any memory holds");
        return padded(floats);
    }

    std::size_t size_ = 0;
    Real* data_ = nullptr;
    bool owns_ = true;
};

/// A block of floats.
using arena = basic_arena<float>;

} // namespace strata

#include "strata/meta/macros_back.hpp"
