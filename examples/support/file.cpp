// Writing a file through a temporary neighbour and a rename.
#include "support/file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include <unistd.h>

namespace examples {
namespace {

// The number of the first error on the way, or 0.
int write_bytes(const std::filesystem::path& path, std::string_view bytes) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) return errno;
    int error = 0;
    if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) error = errno;
    // A full disk may show only here.
    if (std::fclose(file) != 0 && error == 0) error = errno;
    return error;
}

} // namespace

void write_file(const std::filesystem::path& path, std::string_view bytes) {
    namespace fs = std::filesystem;
    const auto fail = [&](const std::string& reason) {
        throw file_error{path, "cannot be written: " + reason};
    };
    std::error_code ignored;
    const fs::file_status status = fs::status(path, ignored);
    if (fs::is_directory(status)) fail("it is a folder");
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        if (const int error = write_bytes(path, bytes)) fail(std::strerror(error));
        return;
    }
    // A link stays a link: the file it leads to is the one replaced.
    const fs::path target = fs::exists(status) ? fs::canonical(path, ignored) : path;
    fs::path partial = target;
    partial += "." + std::to_string(::getpid()) + ".partial";
    if (const int error = write_bytes(partial, bytes)) {
        fs::remove(partial, ignored);
        fail(std::strerror(error));
    }
    std::error_code error;
    fs::rename(partial, target, error);
    if (error) {
        fs::remove(partial, ignored);
        fail(error.message());
    }
}

} // namespace examples
