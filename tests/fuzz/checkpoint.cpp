// Checkpoints: as they are, and with a checksum that is right, so that what it covers is looked at, too.
#include "fuzz.hpp"

#include "strata/core.hpp"
#include "strata/io/checkpoint.hpp"

#include <vector>

namespace {

using namespace strata;

struct net_type : network<input<2>, dense<3>, relu, mark<"code">, scope<"out", dense<2>, batch_norm<>>> {};

void restore(std::span<const std::uint8_t> bytes) {
    const fuzz::file file{bytes};
    const fuzz::allocation_limit limit{bytes.size() * 16};
    model<net_type> net{zeros{}};
    optimizer opt{net, adam{}};
    const std::vector<float> before(net.storage().begin(), net.storage().end());
    try {
        checkpoint kept{file.path().string(), net, opt};
        const auto state = kept.restore();
        if (!state) std::abort(); // there is a file
        // What was read can be gone on from, or is refused by fit.
        workspace<net_type, batch<4>> work;
        const std::vector<float> x(8 * 2, 0.5f), y(8 * 2, 0.25f);
        fit_options how{.epochs = std::min<std::size_t>(state->epoch + 1, 3), .resume_from = state};
        try {
            fit(net, work, opt, mse{}, x, y, how);
        } catch (const std::exception&) {
        }
    } catch (const std::runtime_error&) { // nothing has changed
        if (!std::equal(before.begin(), before.end(), net.storage().begin()) || opt.steps() != 0)
            std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    restore({data, size});
    try {
        const safetensors file{std::as_bytes(std::span{data, size})};
        safetensors_writer writer;
        for (const named_tensor& tensor : file.tensors()) writer.add(tensor);
        for (const auto& [key, text] : file.metadata())
            if (key != detail::checksum_key) writer.metadata(key, text);
        writer.metadata(std::string{detail::checksum_key},
                        detail::checksum_of(file.tensors(), file.metadata()));
        const std::vector<std::byte> written = writer.bytes();
        restore({reinterpret_cast<const std::uint8_t*>(written.data()), written.size()});
    } catch (const std::runtime_error&) {
    }
    return 0;
}
