// Finding MNIST's four files, and turning bytes into floats.
#include "support/data/mnist.hpp"

#include "support/data/idx.hpp"
#include "support/file.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

namespace examples {
namespace {

namespace fs = std::filesystem;

// A name without what its writers disagree about: case, "-", "_" or "." between the words, how it is
// compressed.
std::string normalised(std::string name) {
    for (const std::string_view ending : {".gz", ".xz"})
        if (name.ends_with(ending)) name.resize(name.size() - ending.size());
    std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
        if (letter >= 'A' && letter <= 'Z') return static_cast<char>(letter - 'A' + 'a');
        return letter == '_' || letter == '.' ? '-' : letter;
    });
    return name;
}

// Where the file of one of these normalised names is, in the order of the names; raw before compressed, and
// then the one whose own name comes first. Some archives put each file into a folder of its name. Nothing if
// it is not there.
std::optional<fs::path> find_one(const fs::path& folder, const std::vector<std::string>& names) {
    std::optional<fs::path> best;
    std::tuple<std::ptrdiff_t, bool, std::string> rank_of_best;
    std::error_code ignored;
    const auto consider = [&](const fs::path& path) {
        const std::string own = path.filename().string();
        const auto name = std::find(names.begin(), names.end(), normalised(own));
        if (name == names.end() || !fs::is_regular_file(path, ignored)) return;
        std::tuple rank{name - names.begin(), own.ends_with(".gz") || own.ends_with(".xz"), path.string()};
        if (best && rank_of_best <= rank) return;
        best = path;
        rank_of_best = std::move(rank);
    };
    for (const fs::directory_entry& entry : fs::directory_iterator{folder, ignored}) {
        consider(entry.path());
        if (entry.is_directory(ignored) &&
            std::find(names.begin(), names.end(), normalised(entry.path().filename().string())) !=
                names.end())
            for (const fs::directory_entry& inner : fs::directory_iterator{entry.path(), ignored})
                consider(inner.path());
    }
    return best;
}

struct file_pair {
    std::optional<fs::path> images;
    std::optional<fs::path> labels;
};

file_pair find_train(const fs::path& folder) {
    return {find_one(folder, {"train-images-idx3-ubyte", "train-images-3000-idx3-ubyte"}),
            find_one(folder, {"train-labels-idx1-ubyte", "train-labels-3000-idx1-ubyte"})};
}

file_pair find_test(const fs::path& folder) {
    return {
        find_one(folder, {"t10k-images-idx3-ubyte", "test-images-idx3-ubyte", "t10k-images-1000-idx3-ubyte"}),
        find_one(folder,
                 {"t10k-labels-idx1-ubyte", "test-labels-idx1-ubyte", "t10k-labels-1000-idx1-ubyte"})};
}

// The folder itself or a subfolder that MNIST is often in, whichever has any of the files.
std::optional<fs::path> folder_with_any(const fs::path& folder) {
    for (const fs::path& candidate : {folder, folder / "mnist", folder / "MNIST" / "raw"}) {
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
    idx_reader pictures{images, 3};
    const std::size_t height = pictures.dimensions()[1];
    const std::size_t width = pictures.dimensions()[2];
    if (height != labelled_images::height || width != labelled_images::width) {
        pictures.fail("images of " + std::to_string(height) + " x " + std::to_string(width) +
                      ", expected 28 x 28");
    }
    idx_reader digits{labels, 1};
    if (pictures.records() != digits.records()) {
        digits.fail(std::to_string(digits.records()) + " labels, expected " +
                    std::to_string(pictures.records()) + ", as many as images in " + images.string());
    }
    if (pictures.records() == 0) pictures.fail("no images, expected at least one");

    // Grows with what is there, not with what the headers say.
    labelled_images result;
    std::array<std::uint8_t, labelled_images::height * labelled_images::width> image;
    const std::size_t wanted = std::min(limit, pictures.records());
    result.pixels.reserve(image.size() * std::min<std::size_t>(wanted, 4096));
    for (std::size_t record = 0; record < wanted; ++record) {
        pictures.read(image);
        std::transform(image.begin(), image.end(), std::back_inserter(result.pixels),
                       [](std::uint8_t byte) { return static_cast<float>(byte) / 255.0f; });
        std::uint8_t label = 0;
        digits.read({&label, 1});
        if (label > 9) {
            digits.fail("label " + std::to_string(label) + " at record " + std::to_string(record) +
                        ", expected 0 to 9");
        }
        result.labels.push_back(label);
    }
    pictures.finish();
    digits.finish();
    return result;
}

mnist load_mnist(const fs::path& chosen, const fs::path& embedded, const mnist_limits& limits) {
    const fs::path folder = choose_folder(chosen, embedded);
    return {load_pair(folder, find_train(folder), "train", limits.train),
            load_pair(folder, find_test(folder), "t10k", limits.test), folder};
}

} // namespace examples
