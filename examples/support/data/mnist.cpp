// Finding MNIST's four files, and turning bytes into floats.
#include "support/data/mnist.hpp"

#include "support/data/idx.hpp"
#include "support/file.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace examples {
namespace {

namespace fs = std::filesystem;

// Where a file of this purpose is, under any name it may have; nothing if it is not there.
std::optional<fs::path> find_one(const fs::path& folder, std::string_view stem,
                                 std::string_view embedded_count, std::string_view suffix) {
    const std::string plain = std::string{stem} + std::string{suffix};
    const std::string cut = std::string{stem} + std::string{embedded_count} + std::string{suffix};
    for (const std::string& name : {plain, plain + ".gz", cut, cut + ".gz"}) {
        std::error_code ignored;
        if (fs::is_regular_file(folder / name, ignored)) return folder / name;
    }
    return std::nullopt;
}

struct file_pair {
    std::optional<fs::path> images;
    std::optional<fs::path> labels;
};

file_pair find_train(const fs::path& folder) {
    return {find_one(folder, "train-images", "-3000", "-idx3-ubyte"),
            find_one(folder, "train-labels", "-3000", "-idx1-ubyte")};
}

file_pair find_test(const fs::path& folder) {
    return {find_one(folder, "t10k-images", "-1000", "-idx3-ubyte"),
            find_one(folder, "t10k-labels", "-1000", "-idx1-ubyte")};
}

// The folder itself or its subfolder, whichever has any of the files.
std::optional<fs::path> folder_with_any(const fs::path& folder) {
    for (const fs::path& candidate : {folder, folder / "mnist"}) {
        const file_pair train = find_train(candidate);
        const file_pair test = find_test(candidate);
        if (train.images || train.labels || test.images || test.labels) return candidate;
    }
    return std::nullopt;
}

labelled_images load_pair(const fs::path& folder, const file_pair& files, const std::string& stem,
                          std::size_t limit) {
    if (!files.images)
        throw file_error{folder, "no file " + stem + "-images-idx3-ubyte or the same with .gz"};
    if (!files.labels)
        throw file_error{folder, "no file " + stem + "-labels-idx1-ubyte or the same with .gz"};
    return load_labelled_images(*files.images, *files.labels, limit);
}

fs::path choose_folder(const fs::path& chosen, const fs::path& embedded) {
    const std::string nothing = "no MNIST in it, expected train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                                "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, raw or with .gz";
    const auto require_folder = [](const fs::path& folder) {
        std::error_code ignored;
        if (!fs::is_directory(folder, ignored)) throw file_error{folder, "no such folder"};
    };
    if (!chosen.empty()) {
        require_folder(chosen);
        if (const auto found = folder_with_any(chosen)) return *found;
        throw file_error{chosen, nothing};
    }
    if (const char* variable = std::getenv("STRATA_DATA"); variable != nullptr && *variable != '\0') {
        require_folder(variable);
        if (const auto found = folder_with_any(variable)) return *found;
    }
    require_folder(embedded);
    if (const auto found = folder_with_any(embedded)) return *found;
    throw file_error{embedded, nothing};
}

} // namespace

labelled_images load_labelled_images(const fs::path& images, const fs::path& labels, std::size_t limit) {
    const idx_data pictures = read_idx(images, 3, limit);
    idx_data digits = read_idx(labels, 1, limit);
    const std::size_t height = pictures.dimensions[1];
    const std::size_t width = pictures.dimensions[2];
    if (height != labelled_images::height || width != labelled_images::width) {
        throw file_error{images, "images of " + std::to_string(height) + " x " + std::to_string(width) +
                                     ", expected 28 x 28"};
    }
    if (pictures.records_in_file != digits.records_in_file) {
        throw file_error{labels, std::to_string(digits.records_in_file) + " labels, expected " +
                                     std::to_string(pictures.records_in_file) + ", as many as images in " +
                                     images.string()};
    }
    if (pictures.records_in_file == 0) throw file_error{images, "no images, expected at least one"};
    labelled_images result;
    result.pixels.resize(pictures.bytes.size());
    std::transform(pictures.bytes.begin(), pictures.bytes.end(), result.pixels.begin(),
                   [](std::uint8_t byte) { return static_cast<float>(byte) / 255.0f; });
    const auto wrong =
        std::find_if(digits.bytes.begin(), digits.bytes.end(), [](auto label) { return label > 9; });
    if (wrong != digits.bytes.end()) {
        throw file_error{labels, "label " + std::to_string(*wrong) + " at record " +
                                     std::to_string(wrong - digits.bytes.begin()) + ", expected 0 to 9"};
    }
    result.labels = std::move(digits.bytes);
    return result;
}

mnist load_mnist(const fs::path& chosen, const fs::path& embedded, const mnist_limits& limits) {
    const fs::path folder = choose_folder(chosen, embedded);
    return {load_pair(folder, find_train(folder), "train", limits.train),
            load_pair(folder, find_test(folder), "t10k", limits.test), folder};
}

} // namespace examples
