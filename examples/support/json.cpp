// Writing JSON files.
#include "support/json.hpp"

#include "support/file.hpp"

namespace examples {

void write_json(const std::filesystem::path& path, const nlohmann::ordered_json& value) {
    // Text that is not UTF-8 (a path, for one) loses those letters rather than the whole file.
    constexpr auto replace = nlohmann::ordered_json::error_handler_t::replace;
    write_file(path, value.dump(2, ' ', false, replace) + "\n");
}

} // namespace examples
