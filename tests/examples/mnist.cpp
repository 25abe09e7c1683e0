// The embedded digits, pairs of images and labels, and where MNIST is looked for.
#include "support/data/mnist.hpp"
#include "support/data/idx.hpp"
#include "support/file.hpp"

#include "environment_variable.hpp"
#include "memory.hpp"
#include "temporary_folder.hpp"

#include <algorithm>
#include <numeric>

#include <doctest/doctest.h>

using namespace examples;

namespace {

namespace fs = std::filesystem;

const fs::path embedded{STRATA_EXAMPLE_DATA};

byte_vector first_labels(const labelled_images& set) { return {set.labels.begin(), set.labels.begin() + 10}; }

struct fingerprint {
    unsigned long sum;
    unsigned long checksum;
    bool operator==(const fingerprint&) const = default;
};

fingerprint fingerprint_of(const byte_vector& bytes) {
    return {std::accumulate(bytes.begin(), bytes.end(), 0ul),
            crc32(0, bytes.data(), static_cast<uInt>(bytes.size()))};
}

// Two images of 28 x 28, and labels that differ from set to set.
void write_small_set(const temporary_folder& folder, const std::string& prefix, const std::string& ending,
                     std::uint8_t label) {
    const byte_vector images = idx_bytes({2, 28, 28}, byte_vector(2 * 28 * 28, 51));
    const byte_vector labels = idx_bytes({2}, {label, label});
    const bool compressed = ending == ".gz";
    folder.write(prefix + "-images-idx3-ubyte" + ending, compressed ? gzipped(images) : images);
    folder.write(prefix + "-labels-idx1-ubyte" + ending, compressed ? gzipped(labels) : labels);
}

std::string pair_refusal(const temporary_folder& folder, const byte_vector& images,
                         const byte_vector& labels) {
    const fs::path images_path = folder.write("images", images);
    const fs::path labels_path = folder.write("labels", labels);
    const std::string text =
        message_of<file_error>([&] { load_labelled_images(images_path, labels_path, 1); });
    const std::string start = folder.path().string() + "/";
    return text.starts_with(start) ? text.substr(start.size()) : text;
}

} // namespace

TEST_CASE("the embedded digits are MNIST's first") {
    const environment_variable unset{"STRATA_DATA", nullptr};
    const mnist digits = load_mnist({}, embedded);
    CHECK(digits.folder == embedded / "mnist");
    CHECK(digits.train.size() == 3000);
    CHECK(digits.test.size() == 1000);
    CHECK(digits.train.pixels.size() == 3000 * 784);
    CHECK(digits.test.pixels.size() == 1000 * 784);
    CHECK(first_labels(digits.train) == byte_vector{5, 0, 4, 1, 9, 2, 1, 3, 1, 4});
    CHECK(first_labels(digits.test) == byte_vector{7, 2, 1, 0, 4, 1, 4, 9, 5, 9});
    CHECK(std::all_of(digits.train.pixels.begin(), digits.train.pixels.end(),
                      [](float value) { return value >= 0 && value <= 1; }));
    CHECK(digits.train.image(0)[5 * 28 + 12] == 3 / 255.0f);
    CHECK(digits.test.image(999).size() == 784);
}

TEST_CASE("the embedded files are the ones cut, byte for byte") {
    const fs::path folder = embedded / "mnist";
    CHECK(fingerprint_of(read_idx(folder / "train-images-3000-idx3-ubyte.gz", 3).bytes) ==
          fingerprint{78542221, 0xd369e46d});
    CHECK(fingerprint_of(read_idx(folder / "train-labels-3000-idx1-ubyte.gz", 1).bytes) ==
          fingerprint{13302, 0x249724a3});
    CHECK(fingerprint_of(read_idx(folder / "t10k-images-1000-idx3-ubyte.gz", 3).bytes) ==
          fingerprint{24443134, 0x87ab9190});
    CHECK(fingerprint_of(read_idx(folder / "t10k-labels-1000-idx1-ubyte.gz", 1).bytes) ==
          fingerprint{4327, 0xec5a0558});
}

TEST_CASE("the full MNIST begins with the embedded digits") {
    const char* full = std::getenv("STRATA_DATA");
    if (full == nullptr || !fs::is_directory(fs::path{full} / "mnist")) {
        MESSAGE("skipped: no STRATA_DATA");
        return;
    }
    const mnist all = load_mnist({}, embedded);
    CHECK(all.folder == fs::path{full} / "mnist");
    const mnist cut = load_mnist(embedded, embedded);
    CHECK(all.train.pixels == cut.train.pixels);
    CHECK(all.train.labels == cut.train.labels);
    CHECK(all.test.pixels == cut.test.pixels);
    CHECK(all.test.labels == cut.test.labels);
}

TEST_CASE("limits take the first records") {
    const environment_variable unset{"STRATA_DATA", nullptr};
    const mnist digits = load_mnist({}, embedded, {.train = 10, .test = 2000});
    CHECK(digits.train.labels == byte_vector{5, 0, 4, 1, 9, 2, 1, 3, 1, 4});
    CHECK(digits.train.pixels.size() == 7840);
    CHECK(digits.test.size() == 1000);
}

TEST_CASE("a folder of the user's comes before STRATA_DATA, and that before the embedded files") {
    const temporary_folder chosen;
    write_small_set(chosen, "train", "", 1);
    write_small_set(chosen, "t10k", ".gz", 2);
    const temporary_folder outer;
    fs::create_directory(outer / "mnist");
    const temporary_folder named;
    write_small_set(named, "train", ".gz", 3);
    write_small_set(named, "t10k", "", 4);
    fs::copy(named.path(), outer / "mnist");
    const environment_variable set{"STRATA_DATA", outer.path().c_str()};

    const mnist from_option = load_mnist(chosen.path(), embedded);
    CHECK(from_option.folder == chosen.path());
    CHECK(from_option.train.labels == byte_vector{1, 1});
    CHECK(from_option.test.labels == byte_vector{2, 2});
    CHECK(from_option.train.image(1)[783] == 0.2f);

    const mnist from_environment = load_mnist({}, embedded);
    CHECK(from_environment.folder == outer / "mnist");
    CHECK(from_environment.train.labels == byte_vector{3, 3});
    CHECK(from_environment.test.labels == byte_vector{4, 4});

    const temporary_folder other_data;
    const environment_variable without_mnist{"STRATA_DATA", other_data.path().c_str()};
    CHECK(load_mnist({}, embedded).folder == embedded / "mnist");
}

TEST_CASE("a folder without MNIST, with half of it, or missing is refused by name") {
    const environment_variable unset{"STRATA_DATA", nullptr};
    const temporary_folder folder;
    const auto refusal = [&](const fs::path& path) {
        return message_of<file_error>([&] { load_mnist(path, embedded); });
    };
    CHECK(refusal(folder.path()) == folder.path().string() +
                                        ": no MNIST in it, expected train-images-idx3-ubyte, "
                                        "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
                                        "t10k-labels-idx1-ubyte, raw or with .gz");
    CHECK(refusal(folder / "missing") == (folder / "missing").string() + ": no such folder");
    write_small_set(folder, "train", "", 1);
    CHECK(refusal(folder.path()) ==
          folder.path().string() + ": no file t10k-images-idx3-ubyte or the same with .gz");
    write_small_set(folder, "t10k", "", 1);
    CHECK(refusal(folder.path()) == "(no exception)");
    fs::remove(folder / "train-labels-idx1-ubyte");
    CHECK(refusal(folder.path()) ==
          folder.path().string() + ": no file train-labels-idx1-ubyte or the same with .gz");
    const environment_variable missing{"STRATA_DATA", "/nowhere at all"};
    CHECK(refusal({}) == "/nowhere at all: no such folder");
}

TEST_CASE("images and labels that do not belong together are refused") {
    const temporary_folder folder;
    const byte_vector two_images = idx_bytes({2, 28, 28}, byte_vector(2 * 784));
    CHECK(pair_refusal(folder, two_images, idx_bytes({3}, {1, 2, 3})) ==
          "labels: 3 labels, expected 2, as many as images in " + (folder / "images").string());
    CHECK(pair_refusal(folder, two_images, idx_bytes({1}, {1})) ==
          "labels: 1 labels, expected 2, as many as images in " + (folder / "images").string());
    CHECK(pair_refusal(folder, idx_bytes({2, 14, 28}, byte_vector(784)), idx_bytes({2}, {1, 2})) ==
          "images: images of 14 x 28, expected 28 x 28");
    CHECK(pair_refusal(folder, idx_bytes({0, 28, 28}, {}), idx_bytes({0}, {})) ==
          "images: no images, expected at least one");
    CHECK(pair_refusal(folder, two_images, idx_bytes({2}, {10, 2})) ==
          "labels: label 10 at record 0, expected 0 to 9");
    CHECK(pair_refusal(folder, idx_bytes({2}, {1, 2}), two_images).starts_with("images: wrong magic number"));
}

TEST_CASE("shape and counts are compared before an image is read") {
    const temporary_folder folder;
    const std::string zeros(1024, '\0');
    // 400 MiB each: other shapes than 28 x 28, and a count that the labels do not have.
    const std::vector<std::vector<std::uint32_t>> shapes{
        {400, 1024, 1024}, {534987, 28, 27}, {2, 14, 28}, {534987, 28, 28}};
    for (const auto& shape : shapes) {
        const auto images = folder.write("images", gzip_bomb(idx_bytes(shape, {}), zeros, 400));
        const auto labels = folder.write("labels", idx_bytes({3}, {1, 2, 3}));
        CAPTURE(shape[0]);
        CHECK(peak_mebibytes([&] {
                  if (message_of<file_error>([&] { load_labelled_images(images, labels); }) ==
                      "(no exception)")
                      std::abort();
              }) < 16);
    }
    // Right headers, and one image more than they say, or too few.
    const auto labels = folder.write("labels", idx_bytes({3}, {1, 2, 3}));
    const auto longer = folder.write("longer", gzip_bomb(idx_bytes({3, 28, 28}, {}), zeros, 400));
    CHECK(peak_mebibytes([&] { message_of<file_error>([&] { load_labelled_images(longer, labels); }); }) <
          16);
    CHECK(message_of<file_error>([&] { load_labelled_images(longer, labels); }).find("bytes follow") !=
          std::string::npos);
    const auto shorter = folder.write("shorter", idx_bytes({3, 28, 28}, byte_vector(2 * 784 + 1)));
    CHECK(message_of<file_error>([&] {
              load_labelled_images(shorter, labels);
          }).find("short file: 1569 bytes") != std::string::npos);
}

TEST_CASE("MNIST's files are found under every name that they are given") {
    const environment_variable unset{"STRATA_DATA", nullptr};
    struct naming {
        std::string train, test, images, labels;
    };
    const std::vector<naming> namings{
        {"train-", "t10k-", "images-idx3-ubyte", "labels-idx1-ubyte"},
        {"train-", "t10k-", "images.idx3-ubyte", "labels.idx1-ubyte"},
        {"train-", "t10k-", "images-idx3.ubyte", "labels-idx1.ubyte"},
        {"train_", "t10k_", "images_idx3_ubyte", "labels_idx1_ubyte"},
        {"train-", "test-", "images-idx3-ubyte", "labels-idx1-ubyte"},
        {"Train-", "T10K-", "Images.idx3-ubyte", "Labels.IDX1-ubyte"},
        {"train-", "t10k-", "images-idx3-ubyte/images", ""},
    };
    for (const auto& [train, test, images, labels] : namings) {
        for (const std::string ending : {"", ".gz"}) {
            for (const std::string below : {"", "mnist/", "MNIST/raw/"}) {
                CAPTURE(train + images + ending);
                const temporary_folder folder;
                const auto write = [&](const std::string& name, const byte_vector& bytes) {
                    // With no name for the labels: each file in a folder of its own name.
                    const fs::path path = fs::path{below} / name / (labels.empty() ? name : "");
                    const fs::path file = labels.empty() ? path : fs::path{below} / name;
                    fs::create_directories((folder / file.string()).parent_path());
                    folder.write(file.string(), ending.empty() ? bytes : gzipped(bytes));
                };
                const std::string of_images = (labels.empty() ? "images.idx3-ubyte" : images) + ending;
                const std::string of_labels = (labels.empty() ? "labels.idx1-ubyte" : labels) + ending;
                write(train + of_images, idx_bytes({2, 28, 28}, byte_vector(2 * 784, 51)));
                write(train + of_labels, idx_bytes({2}, {3, 4}));
                write(test + of_images, idx_bytes({1, 28, 28}, byte_vector(784, 102)));
                write(test + of_labels, idx_bytes({1}, {5}));
                std::string problem;
                mnist digits;
                problem = message_of<file_error>([&] { digits = load_mnist(folder.path(), embedded); });
                CHECK(problem == "(no exception)");
                CHECK(digits.train.labels == byte_vector{3, 4});
                CHECK(digits.test.labels == byte_vector{5});
            }
        }
    }
}

TEST_CASE("the complete file comes before a part of it, raw before compressed") {
    const environment_variable unset{"STRATA_DATA", nullptr};
    const temporary_folder folder;
    const auto add = [&](const std::string& middle, const std::string& ending, std::uint8_t label) {
        for (const std::string set : {"train", "t10k"}) {
            const std::string part = middle == "cut" ? (set == "train" ? "-3000" : "-1000") : "";
            const byte_vector images = idx_bytes({1, 28, 28}, byte_vector(784));
            const byte_vector labels = idx_bytes({1}, {label});
            folder.write(set + "-images" + part + "-idx3-ubyte" + ending,
                         ending.empty() ? images : gzipped(images));
            folder.write(set + "-labels" + part + "-idx1-ubyte" + ending,
                         ending.empty() ? labels : gzipped(labels));
        }
        return load_mnist(folder.path(), embedded).train.labels.front();
    };
    CHECK(add("cut", ".gz", 1) == 1);
    CHECK(add("cut", "", 2) == 2);
    CHECK(add("", ".gz", 3) == 3);
    CHECK(add("", "", 4) == 4);
    CHECK(add("cut", "", 5) == 4);
}
