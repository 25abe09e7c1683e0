// A model's weights as a header, for programs without files.
#pragma once

#include "strata/meta/macros_away.hpp"

#include "strata/io/file.hpp"
#include "strata/meta/raise.hpp"
#include "strata/model/model.hpp"
#include "strata/model/model_view.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace strata::inline STRATA_TARGET {

namespace detail {

/// Throws std::invalid_argument unless this is written as an identifier is.
[[gnu::cold, gnu::noinline]] inline void check_identifier(std::string_view name) {
    constexpr std::string_view letters{"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"};
    if (name.empty() || (name[0] >= '0' && name[0] <= '9') ||
        name.find_first_not_of(letters) != std::string_view::npos)
        raise<std::invalid_argument>(
            {"\"", name, "\" cannot be the name of a namespace: letters, digits and _, no digit first"});
}

/// A number that a compiler reads back to the same bits, whatever the program's locale has for a decimal point; empty for a NaN
/// and for infinity, which are told from their texts: -ffast-math knows none.
[[gnu::cold, gnu::noinline]] inline std::string literal_of(double value, bool single) {
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::hex).ptr;
    std::string literal(text.data(), end);
    if (literal.find('n') != std::string::npos) return {};
    literal.insert(literal.front() == '-' ? 1 : 0, "0x");
    return literal.append(single ? "f" : "");
}

} // namespace detail

/// Writes a header with a model's weights, which a program compiles in: namespace `name` has them, aligned, in hexadecimal
/// (the same bits everywhere), and a function that gives a model_view of them, once the network's shapes and parameters are
/// found to be those that were written:
///
///     write_header("digits_weights.hpp", "digits_weights", net);
///
///     #include "digits_weights.hpp"
///     const auto net = digits_weights::view<digits>();
///
/// Throws std::invalid_argument for a weight that is a NaN or infinite, a name of other than letters, digits and _ or with a
/// digit first, or a model that was moved from, and std::runtime_error if the file cannot be written.
template <any_network Net, class Real>
void write_header(const std::string& path, std::string_view name, const model<Net, Real>& net) {
    constexpr bool single = std::is_same_v<Real, float>;
    const char* const type = single ? "float" : "double";
    detail::check_identifier(name);
    detail::check_not_moved(net);
    std::string text = detail::text_of({"// Weights of a network, by strata::write_header.\n#pragma "
                                        "once\n\n#include \"strata/model/model_view.hpp\"\n\n"
                                        "namespace ",
                                        name, " {\n\nalignas(64) inline constexpr ", type, " weights[",
                                        std::max<std::size_t>(Net::parameter_floats, 1), "] = {"});
    std::size_t at = 0;
    for (const Real value : net.storage()) {
        if (at++ == Net::parameter_floats) break;
        const std::string literal = detail::literal_of(static_cast<double>(value), single);
        if (literal.empty())
            detail::raise<std::invalid_argument>({"float ", at - 1, " of the model's storage is ",
                                                  static_cast<double>(value),
                                                  ": a header holds finite weights alone"});
        text.append(at % 6 == 1 ? "\n    " : " ").append(literal).append(",");
    }
    text.append(detail::text_of(
        {"\n};\n\ntemplate <class Net>\nstrata::model_view<Net, ", type, "> view() {\n",
         "    static_assert(strata::network_hash<Net> == ", network_hash<Net>,
         "u, \"these weights were written for a network with other shapes or parameters\");\n",
         "    return strata::model_view<Net, ", type, ">{std::span<const ", type, ">{weights, ",
         Net::parameter_floats, "}};\n}\n\n} // namespace ", name, "\n"}));
    const std::span<const std::byte> pieces[]{std::as_bytes(std::span{text.data(), text.size()})};
    detail::write_file(path, pieces);
}

} // namespace strata

#include "strata/meta/macros_back.hpp"
