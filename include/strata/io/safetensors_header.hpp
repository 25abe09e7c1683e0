// The header of a safetensors file: which tensors there are, and where, checked before anything is read.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/element_type.hpp"
#include "strata/io/json.hpp"
#include "strata/io/named_tensor.hpp"
#include "strata/io/utf8.hpp"
#include "strata/meta/raise.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace strata::inline STRATA_TARGET::detail {

/// The key of a header under which no tensor lies.
inline constexpr std::string_view metadata_key = "__metadata__";

/// What the format allows a header, which spares readers from files that only claim to be large.
inline constexpr std::size_t most_header_bytes = 100'000'000;

/// In front of the header: its length.
inline constexpr std::size_t length_bytes = 8;

/// As many as PyTorch and NumPy have at most.
inline constexpr std::size_t most_axes = 64;

struct safetensors_header {
    /// A tensor, and where its bytes begin and end behind the header.
    struct entry {
        named_tensor tensor;
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    std::vector<entry> entries; // in the order of their bytes
    std::map<std::string, std::string> metadata;

    /// How many bytes follow the header.
    [[nodiscard]] std::size_t data_bytes() const { return entries.empty() ? 0 : entries.back().end; }
};

/// The length of the header that follows these bytes, the first of a file. Throws std::runtime_error.
inline std::size_t header_length(const std::string& file, std::span<const std::byte> start) {
    if (start.size() < length_bytes)
        raise<std::runtime_error>({file, ": ", start.size(),
                                   " bytes are no safetensors file, expected at least ", length_bytes,
                                   ", which say how long its header is"});
    const auto length = from_bytes<std::uint64_t>(start.data());
    if (length > most_header_bytes)
        raise<std::runtime_error>({file, ": a header of ", length,
                                   " bytes is in no safetensors file, expected at most ", most_header_bytes});
    return static_cast<std::size_t>(length);
}

/// The value of a tensor's key in a header.
inline safetensors_header::entry read_entry(json_reader& json, const std::string& file,
                                            const std::string& name) {
    safetensors_header::entry entry;
    entry.tensor.name = name;
    bool has_type = false, has_shape = false;
    std::vector<std::size_t> offsets;
    json.object("an object with dtype, shape and data_offsets", [&](const std::string& key) {
        if (key == "dtype") {
            const std::string said = json.string("a string such as \"F32\"");
            const std::optional<element_type> type = element_type_of(said);
            if (!type)
                json.fail(json.last(),
                          {"found the dtype ", quoted_name(said), ", expected one such as \"F32\""});
            entry.tensor.type = *type;
            has_type = true;
        } else if (key == "shape") {
            has_shape = true;
            json.array("an array of sizes", [&] {
                entry.tensor.shape.push_back(json.integer());
                if (entry.tensor.shape.size() > most_axes)
                    json.fail(json.last(), {"found more axes, expected at most ", most_axes});
            });
        } else if (key == "data_offsets") {
            json.array("an array of two offsets", [&] {
                offsets.push_back(json.integer());
                if (offsets.size() > 2) json.fail(json.last(), {"found a third offset, expected two"});
            });
            if (offsets.size() != 2)
                json.fail(json.last(), {"found ", offsets.size(), " data_offsets, expected two"});
        } else {
            json.fail(json.last(),
                      {"found the key ", quoted_name(key), ", expected dtype, shape and data_offsets alone"});
        }
    });
    for (const auto& [missing, key] : {std::pair{!has_type, "dtype"}, std::pair{!has_shape, "shape"},
                                       std::pair{offsets.empty(), "data_offsets"}})
        if (missing) json.fail(json.next(), {"found no ", key, ", expected dtype, shape and data_offsets"});
    const std::string place = text_of({file, ": tensor ", quoted_name(name), ": "});
    entry.begin = offsets[0], entry.end = offsets[1];
    if (entry.begin > entry.end)
        raise<std::runtime_error>({place, "data_offsets from ", entry.begin, " to ", entry.end,
                                   ", expected an end that is not before the begin"});
    const std::size_t bytes =
        bytes_of_tensor<std::runtime_error>(place, entry.tensor.type, entry.tensor.shape);
    if (entry.end - entry.begin != bytes)
        raise<std::runtime_error>({place, "data_offsets from ", entry.begin, " to ", entry.end, " are ",
                                   entry.end - entry.begin, " bytes, expected ", bytes, " for ",
                                   text_of_elements(entry.tensor.type, entry.tensor.shape)});
    return entry;
}

/// Puts the entries into the order of their bytes. Throws std::runtime_error if these are not one behind the other.
inline void sort_entries(const std::string& file, std::vector<safetensors_header::entry>& entries) {
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
        return std::tie(a.begin, a.end, a.tensor.name) < std::tie(b.begin, b.end, b.tensor.name);
    });
    std::size_t expected = 0;
    const std::string* before = nullptr;
    for (const safetensors_header::entry& entry : entries) {
        if (entry.begin != expected) {
            const std::string after =
                before == nullptr ? "" : text_of({", where ", quoted_name(*before), " ends"});
            raise<std::runtime_error>({file, ": tensor ", quoted_name(entry.tensor.name), ": begins at byte ",
                                       entry.begin, " of the data, expected ", expected, after,
                                       entry.begin > expected ? ": no hole" : ": no overlap"});
        }
        expected = entry.end;
        before = &entry.tensor.name;
    }
}

/// Throws std::runtime_error, which names the file and where there is one the tensor, for whatever the format does not
/// allow: see class safetensors.
inline safetensors_header read_header(const std::string& file, std::string_view text) {
    safetensors_header result;
    json_reader json{file, text, length_bytes};
    if (!json.at('{')) json.fail_here("'{', with which a header begins");
    json.object("an object", [&](const std::string& key) {
        if (key == metadata_key) {
            json.object("an object of strings, " + std::string{metadata_key}, [&](const std::string& what) {
                result.metadata.emplace(what, json.string("a string, as all metadata are"));
            });
            return;
        }
        json.about(&key);
        result.entries.push_back(read_entry(json, file, key));
        json.about(nullptr);
    });
    json.end();
    sort_entries(file, result.entries);
    return result;
}

} // namespace strata::detail

#include "strata/meta/macros_back.hpp"
