// Named tensors in safetensors files, read; safetensors_writer writes them. Nothing of networks is in here.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/element_type.hpp"
#include "strata/io/file.hpp"
#include "strata/io/named_tensor.hpp"
#include "strata/io/safetensors_header.hpp"
#include "strata/io/safetensors_writer.hpp"
#include "strata/io/utf8.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// What a safetensors file holds (huggingface/safetensors, "Format"). Copies share the bytes.
///     safetensors_writer writer;
///     writer.add("weight", {2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6}).metadata("epoch", "7");
///     const std::vector<std::byte> bytes = writer.bytes(); // or writer.write("dense.safetensors")
///     const safetensors file{bytes};                       // or file{"dense.safetensors"}
///     const std::vector<float> weight = file.values<float>("weight");
///     if (file.at("weight").shape[0] != 2 || weight[5] != 6 || file.metadata().at("epoch") != "7") return 1;
/// Whoever makes one knows that the file is sound: a header of at most 100,000,000 bytes, in strict JSON without a key
/// twice, at most 64 axes a tensor, data that belong to the tensors byte for byte, up to the file's end. Anything else
/// is a std::runtime_error, which names the file, the tensor and what was expected; memory is taken for what a file
/// has, not for what it claims.
class safetensors {
public:
    /// Reads a file. Throws std::runtime_error also where that cannot be read, with the system's reason.
    explicit safetensors(const std::string& path) : source_{path} {
        detail::input_file file{path};
        const auto bytes = std::make_shared<std::vector<std::byte>>();
        file.read(*bytes, detail::length_bytes);
        file.read(*bytes, detail::header_length(source_, *bytes));
        detail::safetensors_header header = header_of(*bytes);
        // One byte more, if there is one, is one too many.
        const std::size_t data = header.data_bytes();
        file.read(*bytes, data < std::numeric_limits<std::size_t>::max() ? data + 1 : data);
        take(std::move(header), *bytes);
        owner_ = bytes;
    }

    /// Takes a copy of a file in memory.
    explicit safetensors(std::span<const std::byte> file)
        : safetensors{std::vector<std::byte>(file.begin(), file.end())} {}

    /// Takes a file in memory over.
    explicit safetensors(std::vector<std::byte> file) {
        const auto bytes = std::make_shared<const std::vector<std::byte>>(std::move(file));
        take(header_of(*bytes), *bytes);
        owner_ = bytes;
    }

    /// Looks at a file in memory that outlives this, its copies and its tensors.
    [[nodiscard]] static safetensors view(std::span<const std::byte> file) {
        safetensors result;
        result.take(result.header_of(file), file);
        return result;
    }

    /// Refused: the bytes would be gone before they are read.
    template <std::same_as<std::vector<std::byte>> Bytes>
    static safetensors view(const Bytes&&) {
        static_assert(
            !std::same_as<Bytes, std::vector<std::byte>>,
            "strata: these bytes are a temporary and gone before they are read: safetensors{...} takes them "
            "over");
        return {};
    }

    /// All tensors, in the order in which their data lie. They live as long as this or a copy of it.
    [[nodiscard]] std::span<const named_tensor> tensors() const { return tensors_; }

    /// The tensor of this name, or null.
    [[nodiscard]] const named_tensor* find(std::string_view name) const {
        const auto found = std::lower_bound(
            by_name_.begin(), by_name_.end(), name,
            [this](std::size_t i, std::string_view wanted) { return tensors_[i].name < wanted; });
        return found == by_name_.end() || tensors_[*found].name != name ? nullptr : &tensors_[*found];
    }

    /// The tensor of this name. Throws std::runtime_error if there is none.
    [[nodiscard]] const named_tensor& at(std::string_view name) const {
        const named_tensor* found = find(name);
        if (found == nullptr) no_tensor(name);
        return *found;
    }

    /// The texts that the file keeps beside its tensors, by their keys.
    [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return metadata_; }

    /// A tensor's values in row-major order: those of F16, BF16 and F32 exactly, those of F64 in floats rounded to the
    /// nearest. Throws std::runtime_error if there is no such tensor, or its elements are of another type.
    template <class Real>
    [[nodiscard]] std::vector<Real> values(std::string_view name) const {
        const named_tensor& tensor = with_values<Real>(name);
        std::vector<Real> result(tensor.count());
        detail::convert_elements(tensor.type, tensor.bytes.data(), std::span<Real>{result});
        return result;
    }

    /// The same into memory that is there already. Throws std::runtime_error also if the tensor has another number of
    /// values. Where it throws, nothing was written.
    void copy_values(std::string_view name, std::span<float> to) const { copy(name, to); }
    void copy_values(std::string_view name, std::span<double> to) const { copy(name, to); }

private:
    safetensors() = default;

    [[nodiscard]] detail::safetensors_header header_of(std::span<const std::byte> file) const {
        const std::size_t length = detail::header_length(source_, file);
        const std::span<const std::byte> rest = file.subspan(detail::length_bytes);
        if (rest.size() < length)
            detail::raise<std::runtime_error>(
                {source_, ": a header of ", rest.size(), " bytes, expected ", length, ", as the file says"});
        return detail::read_header(source_, {reinterpret_cast<const char*>(rest.data()), length});
    }

    // Takes the header's tensors, if their bytes are all that the file has.
    void take(detail::safetensors_header header, std::span<const std::byte> file) {
        const std::size_t start = detail::length_bytes + detail::header_length(source_, file);
        const std::span<const std::byte> data = file.subspan(start);
        const std::size_t expected = header.data_bytes();
        if (data.size() != expected) wrong_end(header, data.size());
        for (detail::safetensors_header::entry& entry : header.entries) {
            entry.tensor.bytes = data.subspan(entry.begin, entry.end - entry.begin);
            tensors_.push_back(std::move(entry.tensor));
        }
        metadata_ = std::move(header.metadata);
        by_name_.resize(tensors_.size());
        std::iota(by_name_.begin(), by_name_.end(), std::size_t{0});
        std::sort(by_name_.begin(), by_name_.end(),
                  [this](std::size_t a, std::size_t b) { return tensors_[a].name < tensors_[b].name; });
    }

    [[noreturn, gnu::cold, gnu::noinline]] void wrong_end(const detail::safetensors_header& header,
                                                          std::size_t found) const {
        const std::size_t expected = header.data_bytes();
        const std::string end =
            header.entries.empty()
                ? "as there are no tensors"
                : "where tensor " + detail::quoted_name(header.entries.back().tensor.name) + " ends";
        if (found < expected)
            detail::raise<std::runtime_error>(
                {source_, ": ", found, " bytes behind the header, expected ", expected, ", ", end});
        detail::raise<std::runtime_error>(
            {source_, ": more bytes than expected behind the header: ", expected, ", ", end});
    }

    [[nodiscard]] std::string place_of(const named_tensor& tensor) const {
        return detail::text_of({source_, ": tensor ", detail::quoted_name(tensor.name), ": "});
    }

    template <class Real>
    void copy(std::string_view name, std::span<Real> to) const {
        const named_tensor& tensor = with_values<Real>(name);
        if (tensor.count() != to.size())
            detail::raise<std::runtime_error>({place_of(tensor),
                                               detail::text_of_elements(tensor.type, tensor.shape), " has ",
                                               tensor.count(), " values, expected ", to.size()});
        detail::convert_elements(tensor.type, tensor.bytes.data(), to);
    }

    // The tensor, if its elements are numbers with a fraction.
    template <class Real>
    [[nodiscard]] const named_tensor& with_values(std::string_view name) const {
        static_assert(std::same_as<Real, float> || std::same_as<Real, double>,
                      "strata: a tensor's values are float or double: values<float>(name)");
        const named_tensor& tensor = at(name);
        if (!detail::has_values(tensor.type))
            detail::raise<std::runtime_error>(
                {place_of(tensor), "elements of type ", tensor.type, ", expected F16, BF16, F32 or F64"});
        return tensor;
    }

    [[noreturn, gnu::cold, gnu::noinline]] void no_tensor(std::string_view name) const {
        constexpr std::size_t most_names = 8;
        std::string names;
        for (std::size_t i = 0; i < std::min(tensors_.size(), most_names); ++i)
            names.append(i == 0 ? "" : ", ").append(detail::quoted_name(tensors_[i].name));
        if (tensors_.size() > most_names)
            names.append(detail::text_of({" and ", tensors_.size() - most_names, " more"}));
        detail::raise<std::runtime_error>({source_, ": no tensor ", detail::quoted_name(name),
                                           tensors_.empty() ? ", nor any other" : ", expected one of ",
                                           names});
    }

    std::string source_ = "safetensors in memory";
    std::shared_ptr<const std::vector<std::byte>> owner_;
    std::vector<named_tensor> tensors_;
    std::vector<std::size_t> by_name_;
    std::map<std::string, std::string> metadata_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
