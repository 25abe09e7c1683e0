// Writing a file through a temporary neighbour and a rename.
#include "support/file.hpp"

#include "support/interrupt.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include <unistd.h>

namespace examples {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& reason) {
    throw file_error{path, "cannot be written: " + reason};
}

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

// What write_file has to do with a path.
struct destination {
    bool in_place = false; // a device, a pipe
    fs::path file{};       // otherwise: the file to replace
    fs::path partial{};    // and what it is written to before
};

destination find(const fs::path& path) {
    if (path.empty()) fail(path, "it has no name");
    std::error_code ignored;
    const fs::file_status status = fs::status(path, ignored);
    if (fs::is_directory(status)) fail(path, "it is a folder");
    // A rename would pass over the file's own permissions.
    if (fs::exists(status) && ::access(path.c_str(), W_OK) != 0) fail(path, std::strerror(errno));
    if (fs::exists(status) && !fs::is_regular_file(status)) return {.in_place = true};
    // A link stays a link: the file it leads to is the one replaced.
    destination found{.file = fs::exists(status) ? fs::canonical(path, ignored) : path};
    found.partial = found.file;
    found.partial += "." + std::to_string(::getpid()) + ".partial";
    return found;
}

void write_partial(const fs::path& path, const destination& where, std::string_view bytes) {
    if (const int error = write_bytes(where.partial, bytes)) {
        std::error_code ignored;
        fs::remove(where.partial, ignored);
        fail(path, std::strerror(error));
    }
}

} // namespace

void write_file(const fs::path& path, std::string_view bytes) {
    const destination where = find(path);
    if (where.in_place) {
        if (const int error = write_bytes(path, bytes)) fail(path, std::strerror(error));
        return;
    }
    const signals_wait until_it_is_whole;
    write_partial(path, where, bytes);
    std::error_code error;
    fs::rename(where.partial, where.file, error);
    if (error) {
        std::error_code ignored;
        fs::remove(where.partial, ignored);
        fail(path, error.message());
    }
}

void try_file(const fs::path& path) {
    const destination where = find(path);
    if (where.in_place) {
        if (!fs::is_character_file(path)) return;
        std::FILE* device = std::fopen(path.c_str(), "wb");
        if (device == nullptr) fail(path, std::strerror(errno));
        const bool terminal = ::isatty(::fileno(device)) == 1;
        std::fclose(device);
        if (terminal) return;
        if (const int error = write_bytes(path, "\n")) fail(path, std::strerror(error));
        return;
    }
    const signals_wait until_it_is_removed;
    // A byte, so that a disk without room is found out.
    write_partial(path, where, "\n");
    std::error_code ignored;
    fs::remove(where.partial, ignored);
}

void make_folder(const fs::path& path) {
    if (path.empty()) throw file_error{path, "a folder without a name cannot be made"};
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::exists(status) && !fs::is_directory(status))
        throw file_error{path, "is not a folder, expected one or nothing"};
    error.clear();
    fs::create_directories(path, error);
    if (error) throw file_error{path, "the folder cannot be made: " + error.message()};
}

} // namespace examples
