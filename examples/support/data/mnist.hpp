// Handwritten digits for the examples: images as floats with their labels, from the embedded files or a full
// MNIST.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <vector>

namespace examples {

/// Images of one size, row by row in one block with values in [0, 1], and the digit that each shows.
struct labelled_images {
    static constexpr std::size_t height = 28;
    static constexpr std::size_t width = 28;

    std::vector<float> pixels;
    std::vector<std::uint8_t> labels;

    [[nodiscard]] std::size_t size() const { return labels.size(); }
    [[nodiscard]] std::span<const float> image(std::size_t index) const {
        return std::span{pixels}.subspan(index * height * width, height * width);
    }
};

/// The first `limit` records (all, if there are fewer) of two IDX files. Throws file_error for what
/// idx_reader refuses, for counts that differ, for images that are not 28 x 28, for a label above 9 and for
/// no records at all. Shapes and counts are compared before any image is read, and memory is taken only as
/// images come.
labelled_images load_labelled_images(const std::filesystem::path& images, const std::filesystem::path& labels,
                                     std::size_t limit = std::numeric_limits<std::size_t>::max());

/// The two sets of MNIST, and the folder that they came from.
struct mnist {
    labelled_images train;
    labelled_images test;
    std::filesystem::path folder;
};

/// How many of the records the examples take.
struct mnist_limits {
    std::size_t train = 3000;
    std::size_t test = 1000;
};

/// Loads MNIST from the first of: `chosen` (the user's --data, empty if there is none), the environment
/// variable STRATA_DATA, `embedded` (the folder examples/data). Each may be the folder of the four files or
/// have it as its subfolder "mnist" or, as torchvision does, "MNIST/raw". Files are raw, .gz or .xz, under
/// MNIST's own names or the embedded files'; "-", "." and "_" count as one letter there, so do capitals, and
/// "test" is "t10k": train-images.idx3-ubyte is found too, also in a folder of the same name. A folder the
/// user chose must have the files; one in STRATA_DATA must exist but may hold other data only. Throws
/// file_error.
mnist load_mnist(const std::filesystem::path& chosen, const std::filesystem::path& embedded,
                 const mnist_limits& limits = {});

} // namespace examples
