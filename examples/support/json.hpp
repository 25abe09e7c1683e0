// Metrics as a JSON file. Include it from .cpp files only: the JSON library costs seconds of compile time.
#pragma once

#include <filesystem>

#include <nlohmann/json.hpp>

namespace examples {

/// Writes indented JSON and a line end, keys in the order of their insertion. NaN and infinity, which JSON
/// does not have, become null. Throws file_error when the file cannot be written, which then stays as it was.
void write_json(const std::filesystem::path& path, const nlohmann::ordered_json& value);

} // namespace examples
