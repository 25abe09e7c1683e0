// The functions that the page calls in WebAssembly. Network 0 is the denoising autoencoder, 1 the variational one. What goes
// in lies in byte_buffer or float_buffer; pointers that come out are good until the next call.

#include "browser/learner.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

[[noreturn]] void STRATA_ERROR_HANDLER(const char* type, const char* message) { host_raise(type, message); }

namespace {

using namespace strata;
using namespace examples::browser;

constexpr std::uint64_t first_seed = 2; // that of interpolation

std::vector<std::byte> bytes;
std::vector<float> floats, answer;
image_file files[2];          ///< training, test
std::vector<float> digits[2]; ///< all of these, once they are needed
std::optional<learner<denoising>> denoising_learner;
std::optional<learner<variational>> variational_learner;

/// Calls f with where the learner of a number is kept.
template <class Function>
auto with_place(std::size_t network, const Function& f) {
    if (network > 1) detail::raise<std::invalid_argument>({"there is no network ", network});
    return network == 0 ? f(denoising_learner) : f(variational_learner);
}

/// Calls f with the learner of a number.
template <class Function>
auto with_learner(std::size_t network, const Function& f) {
    return with_place(network, [&](auto& place) {
        if (!place) place.emplace(seed{first_seed});
        return f(*place);
    });
}

const image_file& file_of(std::size_t set) {
    if (set > 1 || files[set].size() == 0)
        detail::raise<std::invalid_argument>({"the images of set ", set, " were not read"});
    return files[set];
}

const std::vector<float>& digits_of(std::size_t set) {
    const image_file& file = file_of(set);
    if (digits[set].empty()) digits[set] = file.images(0, file.size());
    return digits[set];
}

std::span<const float> first_rows(std::size_t rows, std::size_t width) {
    if (rows == 0 || floats.size() / width < rows)
        detail::raise<std::invalid_argument>(
            {rows, " rows of ", width, " numbers, but the buffer has ", floats.size(), " numbers"});
    return std::span{floats}.first(rows * width);
}

} // namespace

extern "C" {

/// Room for so many bytes; those that are there stay.
[[clang::export_name("byte_buffer")]] std::byte* byte_buffer(std::size_t size) {
    bytes.resize(size);
    return bytes.data();
}

/// Room for so many floats; those that are there stay.
[[clang::export_name("float_buffer")]] float* float_buffer(std::size_t size) {
    floats.resize(size);
    return floats.data();
}

/// What the kernels run on, and how many numbers a vector has.
[[clang::export_name("backend_name")]] const char* backend_name() {
    static const std::string name = backend().architecture;
    return name.c_str();
}
[[clang::export_name("backend_lanes")]] std::size_t backend_lanes() { return backend().lanes; }

/// Reads the images of a set (0 training, 1 test) from an IDX file in the byte buffer. Returns how many there are.
[[clang::export_name("read_digits")]] std::size_t read_digits(std::size_t set) {
    if (set > 1) detail::raise<std::invalid_argument>({"there is no set ", set});
    files[set] = image_file{bytes};
    digits[set].clear();
    return files[set].size();
}

/// The pixels of an image, counted from 0.
[[clang::export_name("digit")]] const float* digit(std::size_t set, std::size_t number) {
    const image_file& file = file_of(set);
    if (number >= file.size()) detail::raise<std::out_of_range>({"image ", number, " of ", file.size()});
    answer = file.images(number, 1);
    return answer.data();
}

/// The image in the float buffer with noise that the seed decides.
[[clang::export_name("add_noise")]] const float* add_noise(std::uint32_t noise_seed) {
    answer = with_noise(first_rows(1, pixels), seed{noise_seed}, streams::user);
    return answer.data();
}

/// How many numbers a code has.
[[clang::export_name("code_size")]] std::size_t code_size(std::size_t network) {
    return with_learner(network, [](const auto& learner) { return learner.code_size; });
}

/// The codes of the first images in the float buffer.
[[clang::export_name("encode")]] const float* encode(std::size_t network, std::size_t rows) {
    answer =
        with_learner(network, [&](const auto& learner) { return learner.encode(first_rows(rows, pixels)); });
    return answer.data();
}

/// The images of the first codes in the float buffer.
[[clang::export_name("decode")]] const float* decode(std::size_t network, std::size_t rows) {
    answer = with_learner(
        network, [&](const auto& learner) { return learner.decode(first_rows(rows, learner.code_size)); });
    return answer.data();
}

/// Forgets what a network has learned; the seed decides where it begins anew.
[[clang::export_name("begin")]] void begin(std::size_t network, std::uint32_t start) {
    with_place(network, [&](auto& place) { place.emplace(seed{start}); });
}

/// One epoch more over the training images; every batch is reported. Returns the mean loss.
[[clang::export_name("train_epoch")]] float train_epoch(std::size_t network) {
    return with_learner(network, [](auto& learner) { return learner.train_epoch(digits_of(0)); });
}

/// The loss on the test images.
[[clang::export_name("test_loss")]] float test_loss(std::size_t network) {
    return with_learner(network, [](const auto& learner) { return learner.test_loss(digits_of(1)); });
}

/// The weights as they lie in memory, padding included, for another instance of this module; they may be written. A training
/// that is under way goes on from them.
[[clang::export_name("weights")]] float* weights(std::size_t network) {
    return with_learner(network, [](auto& learner) { return learner.weights().data(); });
}
[[clang::export_name("weight_count")]] std::size_t weight_count(std::size_t network) {
    return with_learner(network, [](auto& learner) { return learner.weights().size(); });
}

/// Leaves the bytes of a safetensors file in the byte buffer. Returns how many there are.
[[clang::export_name("save_weights")]] std::size_t save_weights(std::size_t network) {
    bytes = with_learner(network, [](const auto& learner) { return learner.save(); });
    return bytes.size();
}

/// Takes the weights of a safetensors file in the byte buffer: all of them, or none if they do not fit.
[[clang::export_name("load_weights")]] void load_weights(std::size_t network) {
    with_learner(network, [](auto& learner) { learner.load(bytes); });
}
}
