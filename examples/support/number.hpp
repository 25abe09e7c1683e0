// Reading numbers that people type: decimal, whole, and nothing else in the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace examples {

/// A whole number without a sign: decimal digits alone, "010" being ten. Nothing for any other text, the
/// empty one included, and for 2^64 and more.
std::optional<std::uint64_t> whole_number(std::string_view text);

/// A decimal number: "0.5", "-.5", "5e-4". Nothing for any other text, for infinity and NaN and for what a
/// double cannot hold; what is too small for it is 0.
std::optional<double> real_number(std::string_view text);

/// The number as one would type it: the shortest text that reads as the same double.
std::string real_text(double value);

} // namespace examples
