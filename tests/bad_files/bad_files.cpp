// A table of good files, one of each kind that is read, and what becomes of them: cut at every byte, every byte with each of its
// bits changed and exchanged for others, and what claims to be larger than it is, comes twice or overlaps. Either the reader
// throws an error that names the file and what is wrong, or what it gives is right but for the value whose own byte was
// changed. Nothing that is allocated on the way is larger than sixteen times the file, and a buffer.

#include "examples/temporary_folder.hpp"
#include "fuzz/fuzz.hpp"
#include "io/safetensors_file.hpp"

#include "strata/core.hpp"
#include "strata/io/checkpoint.hpp"
#include "strata/io/weights.hpp"
#include "support/data/csv.hpp"
#include "support/data/idx.hpp"
#include "support/data/uci.hpp"
#include "support/file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#ifdef STRATA_EXAMPLES_LZMA
#include <lzma.h>
#endif

namespace {

std::size_t largest_allocated = 0;

void* watched(std::size_t size, std::size_t alignment) {
    largest_allocated = std::max(largest_allocated, size);
    void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}

} // namespace

void* operator new(std::size_t size) { return watched(size, alignof(std::max_align_t)); }
void* operator new[](std::size_t size) { return watched(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t at) {
    return watched(size, static_cast<std::size_t>(at));
}
void* operator new[](std::size_t size, std::align_val_t at) {
    return watched(size, static_cast<std::size_t>(at));
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace {

using namespace strata;
using bytes = std::vector<std::uint8_t>;

/// What a reader gave: how it is laid out, and its values one by one.
struct answer {
    std::string frame;
    std::vector<double> values;
    bool operator==(const answer&) const = default;
};

/// A kind of file.
struct kind {
    std::string name;
    bytes good;
    std::function<answer(const std::filesystem::path&)> read;
    std::vector<std::string>
        says;             ///< each error has one of these behind the file's name: what is wrong, and where
    bool checked = false; ///< by a checksum: what is read is right to the last byte
    std::size_t data =
        0; ///< where its values begin; before that it may be laid out otherwise, with the same values
    bool may_end_early = false;   ///< between two lines, where nothing tells that there were more
    std::size_t buffer = 1 << 17; ///< what a reader allocates for the smallest of files
    bool lines = false;           ///< an error names the line in which a byte was changed, or the next
    std::filesystem::path
        place{}; ///< where the file is, if not in memory: one of a folder, which an error names
};

struct net_type : network<input<2>, dense<3>, relu, mark<"code">, scope<"out", dense<2>, batch_norm<>>> {};

bytes in_bytes(std::string_view text) { return {text.begin(), text.end()}; }
bytes in_bytes(const std::vector<std::byte>& some) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(some.data());
    return {first, first + some.size()};
}
bytes contents_of(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

bytes good_idx() { return examples::idx_bytes({3, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255}); }
bytes good_csv() {
    return in_bytes(
        "feature_1,feature_2,feature_3,activity\n0.5,-1.25,3e-2,1\n0.25,1,-7,2\n12.5,0,0.125,1\n");
}

answer read_idx(const std::filesystem::path& path) {
    const examples::idx_data found = examples::read_idx(path, 3);
    answer result;
    for (const std::size_t d : found.dimensions) result.frame += std::to_string(d) + " ";
    result.values.assign(found.bytes.begin(), found.bytes.end());
    return result;
}
answer in_an_answer(const examples::table& table) {
    answer result{std::to_string(table.rows) + " x " + std::to_string(table.features),
                  {table.values.begin(), table.values.end()}};
    result.values.insert(result.values.end(), table.labels.begin(), table.labels.end());
    return result;
}
answer read_csv(const std::filesystem::path& path) { return in_an_answer(examples::read_csv(path)); }

bytes good_tensors() {
    safetensors_writer writer;
    writer.add("first", {2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
    writer.add("second", {2}, std::vector<double>{-0.5, 1e30});
    writer.metadata("epoch", "7");
    return in_bytes(writer.bytes());
}
answer read_tensors(const std::filesystem::path& path) {
    const safetensors file{path.string()};
    answer result;
    for (const named_tensor& tensor : file.tensors()) {
        result.frame += tensor.name + " " + std::to_string(static_cast<int>(tensor.type)) + " of";
        for (const std::size_t d : tensor.shape) result.frame += " " + std::to_string(d);
        for (const std::byte b : tensor.bytes) result.values.push_back(static_cast<double>(b));
    }
    for (const auto& [key, text] : file.metadata()) result.frame += ", " + key + ": " + text;
    return result;
}

bytes good_weights() {
    const model<net_type> net{glorot_uniform{}, seed{3}};
    return in_bytes(save(net));
}
std::vector<double> values_of(const model<net_type>& net) {
    return {net.storage().begin(), net.storage().end()};
}
answer read_weights(const std::filesystem::path& path) {
    model<net_type> net{glorot_uniform{}, seed{4}};
    const std::vector<double> before = values_of(net);
    try {
        load(path.string(), net);
    } catch (...) {
        REQUIRE(values_of(net) == before);
        throw;
    }
    return {"", values_of(net)};
}

bytes good_checkpoint() {
    const examples::temporary_folder folder;
    const std::string path = (folder / "run.safetensors").string();
    model<net_type> net{glorot_uniform{}, seed{3}};
    workspace<net_type, batch<4>> work;
    optimizer opt{net, adam{}};
    checkpoint file{path, net, opt};
    const std::vector<float> x(8 * 2, 0.5f), y(8 * 2, 0.25f);
    fit(net, work, opt, mse{}, x, y, {.epochs = 2, .on_progress = file});
    return contents_of(path);
}
answer read_checkpoint(const std::filesystem::path& path) {
    model<net_type> net{glorot_uniform{}, seed{4}};
    optimizer opt{net, adam{}};
    const std::vector<double> before = values_of(net);
    checkpoint file{path.string(), net, opt};
    try {
        const auto state = file.restore();
        REQUIRE(state);
        answer result{"", values_of(net)};
        result.values.insert(result.values.end(), opt.state().begin(), opt.state().end());
        result.frame = std::to_string(state->epoch) + " " + std::to_string(state->step) + " " +
                       std::to_string(opt.steps()) + " " + std::to_string(state->loss);
        return result;
    } catch (const std::runtime_error&) {
        REQUIRE(values_of(net) == before);
        REQUIRE(opt.steps() == 0);
        throw;
    }
}

#ifdef STRATA_EXAMPLES_LZMA
bytes xz_of(const bytes& some) {
    bytes result(some.size() + 4096);
    std::size_t size = 0;
    REQUIRE(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, nullptr, some.data(), some.size(), result.data(),
                                    &size, result.size()) == LZMA_OK);
    result.resize(size);
    return result;
}
#endif

const std::vector<std::string> idx_says{"short header: ", "wrong magic number 0x", "the header claims ",
                                        "short file: ", "bytes follow the elements"};
const std::vector<std::string> csv_says{": line ", "the header", "no rows", "empty"};
const std::vector<std::string> tensor_says{"byte ", "tensor ", "header", "checksum"};
const std::vector<std::string> weights_says{"byte ", "tensor ", "header", "missing "};
const std::vector<std::string> checkpoint_says{"byte ",    "tensor ",       "header",
                                               "checksum", "no checkpoint", "a checkpoint of version "};

std::vector<std::string> with(std::vector<std::string> some, const std::vector<std::string>& more) {
    some.insert(some.end(), more.begin(), more.end());
    return some;
}

/// The four files of UCI's folder.
struct uci_folder {
    examples::temporary_folder whole;
    std::map<std::string, std::string> files{{"train/X_train.txt", "  5.0e-1 -1.25\n 0.25 3\n1 2\n"},
                                             {"train/y_train.txt", "1\n2\n1\n"},
                                             {"test/X_test.txt", "7 -8\n 9 1.5\n"},
                                             {"test/y_test.txt", "3\n1\n"}};
    [[nodiscard]] std::filesystem::path path() const { return whole / "UCI"; }
    uci_folder() {
        for (const auto& [name, text] : files) {
            std::filesystem::create_directories((path() / name).parent_path());
            std::ofstream{path() / name} << text;
        }
    }
};

std::vector<kind> kinds() {
    const std::vector<std::string> gzip_says{"gzip data", "truncated", "corrupt"};
    std::vector<kind> all{
        {.name = "IDX", .good = good_idx(), .read = read_idx, .says = idx_says, .data = 16},
        {.name = "IDX, gzip",
         .good = examples::gzipped(good_idx()),
         .read = read_idx,
         .says = with(idx_says, gzip_says),
         .checked = true},
        {.name = "CSV",
         .good = good_csv(),
         .read = read_csv,
         .says = csv_says,
         .may_end_early = true,
         .buffer = 1 << 18,
         .lines = true},
        {.name = "CSV, gzip",
         .good = examples::gzipped(good_csv()),
         .read = read_csv,
         .says = with(csv_says, gzip_says),
         .checked = true,
         .buffer = 1 << 18},
        {.name = "safetensors", .good = good_tensors(), .read = read_tensors, .says = tensor_says},
        {.name = "weights", .good = good_weights(), .read = read_weights, .says = weights_says},
        {.name = "checkpoint",
         .good = good_checkpoint(),
         .read = read_checkpoint,
         .says = checkpoint_says,
         .checked = true},
    };
    static const uci_folder folder;
    for (const auto& [name, text] : folder.files)
        all.push_back({.name = "UCI, " + name,
                       .good = in_bytes(text),
                       .read = [](const auto&) { return in_an_answer(examples::read_uci(folder.path())); },
                       .says = with(csv_says, {"ends after "}),
                       .buffer = 1 << 18,
                       .lines = true,
                       .place = folder.path() / name});
    for (kind& one : all)
        if (one.name == "safetensors" || one.name == "weights")
            one.data = 8 + one.good[0] + 256u * one.good[1];
#ifdef STRATA_EXAMPLES_LZMA
    const std::vector<std::string> xz_says{"xz data"};
    all.push_back({.name = "IDX, xz",
                   .good = xz_of(good_idx()),
                   .read = read_idx,
                   .says = with(idx_says, xz_says),
                   .checked = true});
    all.push_back({.name = "CSV, xz",
                   .good = xz_of(good_csv()),
                   .read = read_csv,
                   .says = with(csv_says, xz_says),
                   .checked = true,
                   .buffer = 1 << 18});
#endif
    return all;
}

/// The line that a byte is in, from 1.
std::size_t line_of(const bytes& some, std::size_t at) {
    return 1 + static_cast<std::size_t>(std::count(some.begin(), some.begin() + std::ptrdiff_t(at), '\n'));
}

/// What reading some bytes came to: an answer, or an error, of which everything that an error has to be is checked. `changed`
/// is the place of the good file's byte that is another one.
std::optional<answer> read(const kind& one, const bytes& some, std::optional<std::size_t> changed = {}) {
    const fuzz::file in_memory{some};
    const std::filesystem::path place = one.place.empty() ? in_memory.path() : one.place;
    const auto write = [&](const bytes& what) {
        std::ofstream{one.place, std::ios::binary}.write(reinterpret_cast<const char*>(what.data()),
                                                         static_cast<std::streamsize>(what.size()));
    };
    if (!one.place.empty()) write(some);
    const std::string path = (one.place.empty() ? place : one.place.parent_path()).string();
    std::optional<answer> found;
    std::string text;
    largest_allocated = 0;
    std::size_t most = 0;
    try {
        found = one.read(place);
        most = largest_allocated;
    } catch (const std::runtime_error& error) {
        most = largest_allocated;
        text = error.what();
    }
    if (!one.place.empty()) write(one.good);
    CHECK(most <= 16 * some.size() + one.buffer);
    if (found) return found;
    CAPTURE(text);
    const std::size_t at = text.find(path);
    REQUIRE(at != std::string::npos);
    const std::string behind = text.substr(at + path.size());
    CHECK(std::ranges::any_of(one.says,
                              [&](const std::string& s) { return behind.find(s) != std::string::npos; }));
    if (const std::size_t line = behind.find("line "); one.lines && changed && line != std::string::npos) {
        const std::size_t found_in = std::stoul(behind.substr(line + 5)), is_in = line_of(one.good, *changed);
        const bool one_more = line_of(some, some.size()) > line_of(one.good, one.good.size());
        CHECK(found_in >= is_in);
        CHECK(found_in <= is_in + 1 + one_more); // the next has another length than the first of all
    }
    return found;
}

std::size_t differences(const answer& a, const answer& b) {
    REQUIRE(a.values.size() == b.values.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < a.values.size(); ++i)
        count += !(a.values[i] == b.values[i] || (a.values[i] != a.values[i] && b.values[i] != b.values[i]));
    return count;
}

} // namespace

TEST_CASE("good files are read") {
    for (const kind& one : kinds()) {
        CAPTURE(one.name);
        const auto found = read(one, one.good);
        REQUIRE(found);
        CHECK_FALSE(found->values.empty());
    }
}

TEST_CASE("a file that ends anywhere is refused") {
    for (const kind& one : kinds()) {
        CAPTURE(one.name);
        const answer whole = *read(one, one.good);
        std::size_t read_all_the_same = 0;
        for (std::size_t end = 0; end < one.good.size(); ++end) {
            CAPTURE(end);
            const auto found = read(one, bytes(one.good.begin(), one.good.begin() + std::ptrdiff_t(end)));
            if (!found) continue;
            ++read_all_the_same;
            CHECK((one.may_end_early && end > 0 && one.good[end - 1] == '\n'));
        }
        CHECK(read_all_the_same == (one.may_end_early ? 2 : 0)); // of a header and three lines
    }
}

TEST_CASE("a byte that changes is noticed, or changes its own value alone") {
    for (const kind& one : kinds()) {
        CAPTURE(one.name);
        const answer whole = *read(one, one.good);
        std::size_t taken = 0;
        for (std::size_t at = 0; at < one.good.size(); ++at) {
            CAPTURE(at);
            std::vector<std::uint8_t> others;
            if (!one.checked) others = {0, 255, '0', '9', ',', '\n', '"', ' '};
            for (int bit = 0; bit < 8; ++bit) others.push_back(std::uint8_t(one.good[at] ^ (1 << bit)));
            for (const std::uint8_t other : others) {
                if (other == one.good[at]) continue;
                CAPTURE(other);
                bytes changed = one.good;
                changed[at] = other;
                const auto found = read(one, changed, at);
                if (!found) continue;
                ++taken;
                if (one.checked)
                    CHECK(*found == whole);
                else if (at < one.data)
                    CHECK(differences(*found, whole) == 0);
                else {
                    CHECK(found->frame == whole.frame);
                    CHECK(differences(*found, whole) <= 1);
                }
            }
        }
        MESSAGE(one.name << ": " << one.good.size() << " bytes, " << taken << " changes taken");
    }
}

namespace {

/// A file that claims too much, or has something twice: what is said of it.
struct odd_file {
    std::string what;
    bytes contents;
    std::string says;
};

void check_refused(const std::function<answer(const std::filesystem::path&)>& reader,
                   const std::vector<odd_file>& files, std::size_t buffer) {
    for (const odd_file& file : files) {
        CAPTURE(file.what);
        const kind one{
            .name = file.what, .good = file.contents, .read = reader, .says = {file.says}, .buffer = buffer};
        CHECK_FALSE(read(one, file.contents));
    }
}
bytes tensors(const std::string& header, std::size_t zeros) {
    return in_bytes(tests::file_of(header, zeros));
}

} // namespace

TEST_CASE("IDX files of absurd sizes") {
    std::vector<odd_file> files;
    for (const std::vector<std::uint32_t>& sizes : std::vector<std::vector<std::uint32_t>>{
             {~0u, ~0u, ~0u}, {~0u, 1, 1}, {1, ~0u, ~0u}, {0, ~0u, ~0u}, {65536, 65536, 1}, {1u << 29, 1, 2}})
        files.push_back({"too much", examples::idx_bytes(sizes, {1, 2, 3}), "the header claims "});
    for (const std::uint32_t size : {1u << 29, 1u << 20, 4u, 2u})
        files.push_back({"more or less than there is", examples::idx_bytes({size, 1, 1}, {1, 2, 3}),
                         size > 3 ? "short file: 3 bytes" : "bytes follow the elements"});
    check_refused(read_idx, files, 1 << 17);
    for (odd_file& file : files) file.contents = examples::gzipped(file.contents);
    check_refused(read_idx, files, 1 << 17);
}

TEST_CASE("CSV files with too much, and with something twice") {
    std::string many_columns = "feature_1";
    for (int k = 2; k <= 70'000; ++k) many_columns += ",feature_" + std::to_string(k);
    const std::string header = "feature_1,feature_2,activity\n";
    check_refused(
        read_csv,
        {{"columns", in_bytes(many_columns + ",activity\n1,1\n"), ": line 1, column "},
         {"a line", in_bytes(header + std::string(std::size_t{3} << 20, '1') + "\n"), ": line 2"},
         {"a label", in_bytes(header + "1,2,1001\n"), ": line 2, column 3"},
         {"a label of 0", in_bytes(header + "1,2,0\n"), ": line 2, column 3"},
         {"a number", in_bytes(header + "1,1e39,1\n"), ": line 2, column 2"},
         {"a header twice", in_bytes(header + "1,2,1\n" + header), ": line 3, column 1"},
         {"a feature twice", in_bytes("feature_1,feature_1,activity\n1,2,1\n"), ": line 1, column 2"},
         {"a label column twice", in_bytes("feature_1,activity,activity\n1,2,1\n"), ": line 1, column "},
         {"more in a row", in_bytes(header + "1,2,3,1\n"), ": line 2, column "}},
        std::size_t{1} << 22);
}

TEST_CASE("safetensors files of absurd sizes, with names twice, and with data that overlap") {
    const auto one = [](const std::string& name, const std::string& shape, const std::string& offsets) {
        return "\"" + name + R"(":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
    };
    const std::string a = one("a", "[2]", "[0,8]");
    check_refused(
        read_tensors,
        {{"a header of all bytes there are", in_bytes(tests::file_of_length(~std::uint64_t{0}, "{")),
          "a header of "},
         {"a header of the largest size", in_bytes(tests::file_of_length(100'000'000, "{")), "a header of "},
         {"a shape", tensors("{" + one("a", "[4294967295,4294967295,4294967295]", "[0,8]") + "}", 8),
          "tensor \"a\""},
         {"a shape of more bytes than there are",
          tensors("{" + one("a", "[1000000000]", "[0,4000000000]") + "}", 8), "tensor \"a\""},
         {"offsets", tensors("{" + one("a", "[2]", "[18446744073709551608,18446744073709551616]") + "}", 8),
          "byte "},
         {"offsets backwards", tensors("{" + one("a", "[2]", "[8,0]") + "}", 8), "tensor \"a\""},
         {"a tensor twice", tensors("{" + a + "," + a + "}", 8), "\"a\""},
         {"two tensors in one place", tensors("{" + a + "," + one("b", "[2]", "[0,8]") + "}", 8),
          "tensor \"b\""},
         {"two tensors that overlap", tensors("{" + a + "," + one("b", "[2]", "[4,12]") + "}", 12),
          "tensor \"b\""},
         {"a gap", tensors("{" + a + "," + one("b", "[2]", "[12,20]") + "}", 20), "tensor \"b\""},
         {"bytes that are no tensor's", tensors("{" + a + "}", 12), "more bytes than expected"},
         {"metadata twice", tensors(R"({"__metadata__":{"k":"1"},"__metadata__":{"k":"2"},)" + a + "}", 8),
          "__metadata__"},
         {"a key of metadata twice", tensors(R"({"__metadata__":{"k":"1","k":"2"},)" + a + "}", 8), "\"k\""}},
        1 << 17);
}
