// Several processes, on one machine or many, that train one network together over MPI: the only header that includes
// <mpi.h>. Programs are compiled by mpicxx, or with what `pkg-config --cflags --libs mpi-c` says, and started by mpirun.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/meta/hash.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"
#include "strata/model/model_view.hpp"
#include "strata/parallel/pair_sum.hpp"
#include "strata/parallel/team.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

#if !defined(OMPI_SKIP_MPICXX)
#define OMPI_SKIP_MPICXX 1 // MPI's functions alone, not Open MPI's old classes
#endif
#include <mpi.h>

namespace strata::inline STRATA_TARGET::mpi {

/// How the gradients of ranks are added up.
enum class sum {
    in_pairs, ///< with the bits of one process that has all shards
    any_order ///< by MPI_Allreduce, in whatever order it finds fastest: bits may differ from those of other numbers of ranks
};

/// How the ranks of a world work together: world{{.patience = 30}}.
struct world_options {
    sum gradients = sum::in_pairs; ///< how they are added up
    double patience = 120;         ///< seconds that a rank waits for the others before it ends the run
};

/// The processes that mpirun started: mpi::world world; at the beginning of main(). Starts MPI unless that is done, and ends
/// it then. All ranks do the same things with it, in the same order.
///
/// A rank that dies ends the run, as mpirun does. One that throws in a step tells the others, which throw
/// std::runtime_error. One that leaves by an exception ends the run (MPI_Abort) with a sentence, and so does one that has
/// waited for the others as long as `patience` says: in no verb one waits for ever. (MPI's own beginning and end wait as MPI does.)
class world final : public detail::rank_link {
public:
    /// Starts MPI unless that is done.
    explicit world(const world_options& options = {}) : options_{options} {
        int running = 0, level = 0;
        MPI_Initialized(&running);
        starts_ = running == 0;
        if (starts_) MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &level);
        MPI_Comm_dup(MPI_COMM_WORLD, &ranks_);
        MPI_Comm_set_errhandler(ranks_, MPI_ERRORS_RETURN);
        MPI_Comm_rank(ranks_, &rank_);
        MPI_Comm_size(ranks_, &size_);
        MPI_Comm here;
        MPI_Comm_split_type(ranks_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &here);
        MPI_Comm_size(here, &local_);
        MPI_Comm_free(&here);
    }
    world(const world&) = delete;
    world& operator=(const world&) = delete;
    ~world() override {
        if (std::uncaught_exceptions() > exceptions_)
            end_run(
                std::string{"leaves by an exception"}.append(failure_.empty() ? "" : ", ").append(failure_));
        MPI_Comm_free(&ranks_);
        if (starts_) MPI_Finalize();
    }

    /// Which of the ranks this is, from 0 on.
    [[nodiscard]] std::size_t rank() const override { return static_cast<std::size_t>(rank_); }
    /// How many ranks there are.
    [[nodiscard]] std::size_t size() const override { return static_cast<std::size_t>(size_); }
    /// How many ranks run on this machine.
    [[nodiscard]] std::size_t local_ranks() const { return static_cast<std::size_t>(local_); }
    /// The threads that each of them may have: the CPUs of this process, shared out where all ranks here have the same.
    [[nodiscard]] std::size_t threads_a_rank() const {
        const std::size_t cpus = available_cpus();
        return cpus < std::thread::hardware_concurrency() ? cpus
                                                          : std::max<std::size_t>(cpus / local_ranks(), 1);
    }

    /// Rank 0's numbers to all others: a model's weights before training.
    template <any_network Net, class Real>
    void broadcast(model<Net, Real>& net) {
        check_same("network", std::as_bytes(std::span{&network_hash<Net>, 1}));
        send_from_first(std::as_writable_bytes(net.storage()));
    }
    /// The same of a program's own numbers.
    void broadcast(std::span<float> numbers) { send_from_first(std::as_writable_bytes(numbers)); }

    /// For the team: each rank's part of a block, to all others.
    void share(void* block, std::span<const detail::rank_bytes> of_ranks) override {
        std::vector<int> counts, offsets;
        for (const detail::rank_bytes& bytes : of_ranks) {
            counts.push_back(in_int(bytes.count));
            offsets.push_back(in_int(bytes.offset));
        }
        MPI_Request request;
        finish(MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_BYTE, block, counts.data(), offsets.data(), MPI_BYTE,
                               ranks_, &request),
               request);
    }
    /// For the team: sums over ranks, to all of them.
    void add(std::span<float> numbers, std::size_t present) override { add_up(numbers, present, MPI_FLOAT); }
    /// The same for doubles.
    void add(std::span<double> numbers, std::size_t present) override {
        add_up(numbers, present, MPI_DOUBLE);
    }
    /// Ends the run with a sentence unless all ranks have the same bytes.
    void check_same(std::string_view what, std::span<const std::byte> bytes) override {
        std::vector<std::byte> all(bytes.size() * size());
        std::copy(bytes.begin(), bytes.end(),
                  all.begin() + static_cast<std::ptrdiff_t>(rank() * bytes.size()));
        std::vector<detail::rank_bytes> places;
        for (std::size_t r = 0; r < size(); ++r) places.push_back({r * bytes.size(), bytes.size()});
        share(all.data(), places);
        for (std::size_t r = 1; r < size(); ++r)
            if (!std::equal(bytes.begin(), bytes.end(),
                            all.begin() + static_cast<std::ptrdiff_t>(r * bytes.size())) ||
                !std::equal(bytes.begin(), bytes.end(), all.begin()))
                fail(detail::text_of(
                    {"not all ranks have the same ", what, ": all run the same program with the same data"}));
    }

private:
    static int in_int(std::size_t number) {
        if (number > INT_MAX) detail::raise<std::length_error>("a block of more bytes than MPI counts");
        return static_cast<int>(number);
    }
    [[noreturn]] void end_run(const std::string& why) const {
        std::fprintf(stderr, "strata: rank %d of %d %s: the run ends here\n", rank_, size_, why.c_str());
        MPI_Abort(ranks_, 1);
        std::terminate();
    }
    /// What this rank leaves with, unless somebody catches it.
    [[noreturn]] void fail(const std::string& why) const {
        failure_ = why;
        detail::raise<std::runtime_error>(why);
    }
    void check(int error) const {
        if (error == MPI_SUCCESS) return;
        char text[MPI_MAX_ERROR_STRING];
        int length = 0;
        MPI_Error_string(error, text, &length);
        fail(std::string{"MPI: "}.append(text, static_cast<std::size_t>(length)));
    }
    /// Waits for what was begun, but not for ever.
    void finish(int begun, MPI_Request& request) const {
        check(begun);
        const auto deadline =
            std::chrono::steady_clock::now() + std::chrono::duration<double>(options_.patience);
        for (std::size_t tries = 1;; ++tries) {
            int done = 0;
            check(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
            if (done != 0) return;
            if (tries % 1024 == 0) {
                if (std::chrono::steady_clock::now() > deadline)
                    end_run(detail::text_of(
                        {"has waited ", detail::number_text(options_.patience), " s for the others"}));
                std::this_thread::yield();
            }
        }
    }
    void send_from_first(std::span<std::byte> bytes) const {
        for (std::size_t done = 0; done < bytes.size();) {
            const std::size_t now = std::min<std::size_t>(bytes.size() - done, 1 << 30);
            MPI_Request request;
            finish(MPI_Ibcast(bytes.data() + done, static_cast<int>(now), MPI_BYTE, 0, ranks_, &request),
                   request);
            done += now;
        }
    }
    /// Sends some numbers to a rank, and receives others from it.
    template <class Real>
    void exchange(std::size_t with, std::span<const Real> out, std::span<Real> in, MPI_Datatype type) const {
        MPI_Request receive, send;
        const int other = static_cast<int>(with);
        check(MPI_Irecv(in.data(), in_int(in.size()), type, other, 0, ranks_, &receive));
        finish(MPI_Isend(out.data(), in_int(out.size()), type, other, 0, ranks_, &send), send);
        finish(MPI_SUCCESS, receive);
    }

    template <class Real>
    void add_up(std::span<Real> numbers, std::size_t present, MPI_Datatype type) {
        if (size_ == 1) return;
        if (options_.gradients == sum::any_order) {
            if (rank() >= present) std::fill(numbers.begin(), numbers.end(), Real(0));
            MPI_Request request;
            finish(MPI_Iallreduce(MPI_IN_PLACE, numbers.data(), in_int(numbers.size()), type, MPI_SUM, ranks_,
                                  &request),
                   request);
            return;
        }
        received_.resize((numbers.size() + 1) / 2 * sizeof(Real));
        detail::add_in_pairs<Real>(
            numbers, present, rank(), size(),
            std::span{reinterpret_cast<Real*>(received_.data()), (numbers.size() + 1) / 2},
            [&](std::size_t with, std::span<const Real> out, std::span<Real> in) {
                exchange(with, out, in, type);
            });
    }
    world_options options_;
    MPI_Comm ranks_ = MPI_COMM_NULL;
    int rank_ = 0, size_ = 1, local_ = 1;
    bool starts_ = false;
    int exceptions_ = std::uncaught_exceptions();
    std::vector<std::byte> received_;
    mutable std::string failure_;
};

/// A team whose shards are held by the ranks of a run, as many by each, in their order: mpi::team<denoiser, batch<256>,
/// shards<8>> work{world}; takes the place of a team. All ranks call the same verbs with the same whole batches, of which
/// each reads the rows of its own shards alone; losses, metrics, gradients and outputs are the whole batch's on all of them,
/// and weights stay the same. For any number of ranks and threads the bits are those of one process with as many shards,
/// unless the world adds up in any order. predict and evaluate are worked out by each rank for itself.
///
/// Throws std::invalid_argument unless the number of ranks is a power of two that divides the number of shards,
/// std::runtime_error if ranks have other networks, batches or shards.
template <any_network Net, detail::sized_batch Batch, detail::counted_shards Shards, class Purpose = training,
          real_number Real = float>
class team : public strata::team<Net, Batch, Shards, Purpose, Real> {
public:
    /// A team of all ranks; threads of each as many as threads_a_rank() says unless given.
    explicit team(world& ranks, threads wanted = {})
        : strata::team<Net, Batch, Shards, Purpose, Real>{with(ranks, wanted), checked(ranks)} {
        const std::uint64_t what[]{network_hash<Net>, Batch::rows, Shards::count, sizeof(Real)};
        ranks.check_same("network, batch and shards", std::as_bytes(std::span{what}));
    }

private:
    static threads with(const world& ranks, threads wanted) {
        if (wanted.count == 0) wanted.count = ranks.threads_a_rank();
        return wanted;
    }
    static detail::rank_link* checked(world& ranks) {
        if (!std::has_single_bit(ranks.size()) || Shards::count % ranks.size() != 0)
            detail::raise<std::invalid_argument>(
                {ranks.size(), " ranks cannot share ", Shards::count,
                 " shards evenly: start 1, 2, 4, 8, ... ranks, as many as divide the shards"});
        return &ranks;
    }
};

} // namespace strata::mpi

#include "strata/meta/macros_back.hpp"
