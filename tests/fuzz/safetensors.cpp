// safetensors files: as named tensors, as the weights of a network, and written again.
#include "fuzz.hpp"

#include "strata/core.hpp"
#include "strata/io/weights.hpp"

#include <cstring>
#include <vector>

namespace {

using namespace strata;

struct net_type : network<input<6, 6, 1>, conv2d<2, 3>, batch_norm<>, relu, mark<"code">, flatten, dense<3>> {
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::byte> bytes = std::as_bytes(std::span{data, size});
    try {
        const fuzz::allocation_limit limit{size * 16};
        const safetensors file{bytes};
        safetensors_writer writer;
        for (const named_tensor& tensor : file.tensors()) writer.add(tensor);
        for (const auto& [key, text] : file.metadata()) writer.metadata(key, text);
        const std::vector<std::byte> written = writer.bytes();
        const safetensors again{written};
        if (again.tensors().size() != file.tensors().size() || again.metadata() != file.metadata())
            std::abort();
        for (const named_tensor& tensor : file.tensors()) {
            const named_tensor* same = again.find(tensor.name);
            if (same == nullptr || same->shape != tensor.shape ||
                !std::equal(same->bytes.begin(), same->bytes.end(), tensor.bytes.begin(), tensor.bytes.end()))
                std::abort();
        }
    } catch (const std::runtime_error&) {
    }
    static model<net_type> net{zeros{}};
    for (const convention& how : {convention{}, pytorch, keras}) {
        const std::vector<float> before(net.storage().begin(), net.storage().end());
        try {
            load(bytes, net, how);
        } catch (const std::runtime_error&) { // nothing has changed
            if (std::memcmp(before.data(), net.storage().data(), before.size() * sizeof(float)) != 0)
                std::abort();
        }
    }
    return 0;
}
