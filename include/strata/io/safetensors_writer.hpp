// Tensors into a safetensors file.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/element_type.hpp"
#include "strata/io/file.hpp"
#include "strata/io/named_tensor.hpp"
#include "strata/io/safetensors_header.hpp"
#include "strata/io/utf8.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET {

/// Collects named tensors, whose values it copies, and writes them as a safetensors file, which class safetensors and
/// Python's package of that name read. The order of adding does not matter: the tensors with the largest elements come
/// first, then those with the smaller name, and the data begin at a multiple of 64 bytes. So the same tensors give the
/// same bytes.
class safetensors_writer {
public:
    /// A tensor of this shape, the values in row-major order: F32 of floats, F64 of doubles. Names are UTF-8, "" among
    /// them. Throws std::invalid_argument for a name that was added before, that is no UTF-8, or that is
    /// "__metadata__", for more than 64 axes, and if the shape is not that of so many values.
    safetensors_writer& add(std::string name, std::vector<std::size_t> shape, std::span<const float> values) {
        return add_values<std::uint32_t>(std::move(name), element_type::f32, std::move(shape), values);
    }
    safetensors_writer& add(std::string name, std::vector<std::size_t> shape,
                            std::span<const double> values) {
        return add_values<std::uint64_t>(std::move(name), element_type::f64, std::move(shape), values);
    }

    /// A tensor of another file, of any type, with the bytes that it has there.
    safetensors_writer& add(const named_tensor& tensor) {
        check(tensor.name, tensor.type, tensor.shape, tensor.bytes.size());
        tensors_.emplace(tensor.name,
                         content{tensor.type, tensor.shape, {tensor.bytes.begin(), tensor.bytes.end()}});
        return *this;
    }

    /// A text of the program's own that the file keeps. Throws std::invalid_argument for a key that was given before,
    /// and where one of both is no UTF-8.
    safetensors_writer& metadata(std::string key, std::string value) {
        for (const std::string* text : {&key, &value})
            if (detail::end_of_utf8(*text) != text->size())
                detail::raise<std::invalid_argument>(
                    {"metadata ", detail::quoted_name(key), " are no UTF-8, expected that of key and value"});
        const auto [known, is_new] = metadata_.try_emplace(std::move(key), std::move(value));
        if (!is_new)
            detail::raise<std::invalid_argument>({"metadata ", detail::quoted_name(known->first),
                                                  " were given before, expected each key once"});
        return *this;
    }

    /// What was added, in the order of the file. The bytes live as long as this.
    [[nodiscard]] std::vector<named_tensor> tensors() const {
        std::vector<named_tensor> result;
        for (const contents::value_type* one : in_order())
            result.push_back({one->first, one->second.type, one->second.shape, one->second.bytes});
        return result;
    }
    /// The texts that were given, by their keys.
    [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return metadata_; }

    /// The file's bytes. Throws std::length_error if the header had more than 100,000,000 bytes.
    [[nodiscard]] std::vector<std::byte> bytes() const {
        std::vector<std::byte> file;
        write_to([&file](detail::byte_pieces pieces) {
            for (const std::span<const std::byte> piece : pieces)
                file.insert(file.end(), piece.begin(), piece.end());
        });
        return file;
    }

    /// Writes the file beside `path`, waits until the disk has it, and renames it to `path`: there are all bytes there
    /// then, or what was there before. Throws std::runtime_error with the system's reason if it cannot be written, and
    /// leaves nothing behind; std::length_error as bytes() does. `before`, if given, is called before the new file takes that name.
    void write(const std::string& path, const std::function<void()>& before = {}) const {
        write_to([&](detail::byte_pieces pieces) { detail::write_file(path, pieces, before); });
    }

private:
    struct content {
        element_type type;
        std::vector<std::size_t> shape;
        std::vector<std::byte> bytes;
    };
    using contents = std::map<std::string, content>; // by name

    // Throws std::invalid_argument for what add refuses.
    void check(const std::string& name, element_type type, std::span<const std::size_t> shape,
               std::size_t bytes) const {
        const std::string at = detail::text_of({"tensor ", detail::quoted_name(name), ": "});
        if (detail::end_of_utf8(name) != name.size())
            detail::raise<std::invalid_argument>({at, "the name is no UTF-8, expected a name that is"});
        if (name == detail::metadata_key)
            detail::raise<std::invalid_argument>(
                {at, "the name is that of a file's metadata, expected another"});
        if (tensors_.contains(name))
            detail::raise<std::invalid_argument>({at, "it was added before, expected each name once"});
        if (shape.size() > detail::most_axes)
            detail::raise<std::invalid_argument>(
                {at, "a shape of ", shape.size(), " axes, expected at most ", detail::most_axes});
        const std::size_t expected = detail::bytes_of_tensor<std::invalid_argument>(at, type, shape);
        if (bytes != expected)
            detail::raise<std::invalid_argument>({at, detail::text_of_elements(type, shape), " takes ",
                                                  expected, " bytes, but the values have ", bytes});
    }

    template <class Unsigned, class Real>
    safetensors_writer& add_values(std::string name, element_type type, std::vector<std::size_t> shape,
                                   std::span<const Real> values) {
        check(name, type, shape, values.size_bytes());
        std::vector<std::byte> bytes(values.size_bytes());
        for (std::size_t i = 0; i < values.size(); ++i)
            detail::to_bytes(std::bit_cast<Unsigned>(values[i]), bytes.data() + i * sizeof(Unsigned));
        tensors_.emplace(std::move(name), content{type, std::move(shape), std::move(bytes)});
        return *this;
    }

    // In the order of the file: by the size of their elements, descending, then by name.
    using sequence = std::vector<const contents::value_type*>;
    [[nodiscard]] sequence in_order() const {
        sequence result;
        for (const contents::value_type& tensor : tensors_) result.push_back(&tensor);
        std::sort(result.begin(), result.end(), [](const auto* a, const auto* b) {
            const unsigned bits = detail::facts_of(a->second.type).bits,
                           others = detail::facts_of(b->second.type).bits;
            return bits != others ? bits > others : a->first < b->first;
        });
        return result;
    }

    // What lies in front of the data.
    [[nodiscard]] std::string header(const sequence& tensors) const {
        std::string text(detail::length_bytes, '\0');
        text.push_back('{');
        const auto key = [&text](std::string_view name) {
            if (text.back() != '{') text.push_back(',');
            detail::append_json_string(text, name);
            text.push_back(':');
        };
        if (!metadata_.empty()) {
            key(detail::metadata_key);
            text.push_back('{');
            for (const auto& [name, value] : metadata_) {
                key(name);
                detail::append_json_string(text, value);
            }
            text.push_back('}');
        }
        std::size_t begin = 0;
        for (const contents::value_type* named : tensors) {
            const content& tensor = named->second;
            key(named->first);
            text.append(detail::text_of({"{\"dtype\":\"", tensor.type, "\",\"shape\":["}));
            for (std::size_t axis = 0; axis < tensor.shape.size(); ++axis)
                text.append(detail::text_of({axis == 0 ? "" : ",", tensor.shape[axis]}));
            const std::size_t end = begin + tensor.bytes.size();
            text.append(detail::text_of({"],\"data_offsets\":[", begin, ",", end, "]}"}));
            begin = end;
        }
        text.push_back('}');
        constexpr std::size_t alignment = 64;
        while (text.size() % alignment != 0) text.push_back(' ');
        const std::size_t length = text.size() - detail::length_bytes;
        if (length > detail::most_header_bytes)
            detail::raise<std::length_error>({"names, shapes and metadata take ", length,
                                              " bytes, but a safetensors header has at most ",
                                              detail::most_header_bytes});
        detail::to_bytes(std::uint64_t{length}, reinterpret_cast<std::byte*>(text.data()));
        return text;
    }

    // The file's parts, header first, to be written one after the other.
    template <class Write>
    void write_to(const Write& write) const {
        const sequence tensors = in_order();
        const std::string start = header(tensors);
        std::vector<std::span<const std::byte>> pieces{std::as_bytes(std::span{start})};
        for (const contents::value_type* tensor : tensors) pieces.emplace_back(tensor->second.bytes);
        write(pieces);
    }

    contents tensors_;
    std::map<std::string, std::string> metadata_;
};

} // namespace strata

#include "strata/meta/macros_back.hpp"
