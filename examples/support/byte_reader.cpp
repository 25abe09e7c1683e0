// zlib's inflate, driven by hand: gzread takes truncated files and trailing rubbish for a proper end.
#include "support/byte_reader.hpp"

#include "support/file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <new>
#include <string>

#include <zlib.h>

namespace examples {

struct byte_reader::state {
    explicit state(const std::filesystem::path& name) : path{name}, file{std::fopen(name.c_str(), "rb")} {
        if (file == nullptr) fail(std::string{"cannot be opened: "} + std::strerror(errno));
        try {
            refill();
            compressed = stream.avail_in >= 2 && block[0] == 0x1f && block[1] == 0x8b;
            // 16 asks for a gzip header, 15 is the largest window there is.
            if (compressed && inflateInit2(&stream, 16 + 15) != Z_OK) throw std::bad_alloc{};
        } catch (...) {
            std::fclose(file);
            throw;
        }
    }

    ~state() {
        if (compressed) inflateEnd(&stream);
        std::fclose(file);
    }

    state(const state&) = delete;
    state& operator=(const state&) = delete;

    [[noreturn]] void fail(const std::string& problem) const { throw file_error{path, problem}; }

    void refill() {
        errno = 0;
        stream.next_in = block.data();
        stream.avail_in = static_cast<uInt>(std::fread(block.data(), 1, block.size(), file));
        if (std::ferror(file)) fail(std::string{"cannot be read: "} + std::strerror(errno));
    }

    std::size_t copy(std::span<std::uint8_t> bytes) {
        std::size_t done = 0;
        while (done < bytes.size()) {
            if (stream.avail_in == 0) refill();
            if (stream.avail_in == 0) break;
            const std::size_t count = std::min<std::size_t>(stream.avail_in, bytes.size() - done);
            std::memcpy(bytes.data() + done, stream.next_in, count);
            stream.next_in += count;
            stream.avail_in -= static_cast<uInt>(count);
            done += count;
        }
        return done;
    }

    std::size_t inflate_some(std::span<std::uint8_t> bytes) {
        stream.next_out = bytes.data();
        stream.avail_out = static_cast<uInt>(bytes.size());
        while (stream.avail_out > 0) {
            if (stream.avail_in == 0) refill();
            if (between_members) {
                if (stream.avail_in == 0) break;
                inflateReset(&stream);
                between_members = false;
            }
            // Only a second member can be at its very beginning and wrong: the first one's magic has been
            // seen.
            const bool may_be_rubbish = members > 0 && stream.total_out == 0;
            if (stream.avail_in == 0) {
                fail(may_be_rubbish ? rubbish : "truncated gzip data: the file ends before its checksum");
            }
            const int code = ::inflate(&stream, Z_NO_FLUSH);
            if (code == Z_STREAM_END) {
                between_members = true;
                ++members;
            } else if (code == Z_MEM_ERROR) {
                throw std::bad_alloc{};
            } else if (code != Z_OK && code != Z_BUF_ERROR) {
                if (may_be_rubbish) fail(rubbish);
                fail(std::string{"corrupt gzip data: "} +
                     (stream.msg != nullptr ? stream.msg : "unknown error"));
            }
        }
        return bytes.size() - stream.avail_out;
    }

    static constexpr const char* rubbish = "bytes follow the end of its gzip data, expected none";

    std::filesystem::path path;
    std::FILE* file;
    z_stream stream{};
    std::array<std::uint8_t, 65536> block;
    std::size_t members = 0;
    bool compressed = false;
    bool between_members = false;
};

byte_reader::byte_reader(const std::filesystem::path& path) : state_{std::make_unique<state>(path)} {}

byte_reader::~byte_reader() = default;

std::size_t byte_reader::read(std::span<std::uint8_t> bytes) {
    if (!state_->compressed) return state_->copy(bytes);
    // zlib counts in unsigned int.
    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    std::size_t done = 0;
    while (done < bytes.size()) {
        const std::size_t wanted = std::min(most, bytes.size() - done);
        const std::size_t count = state_->inflate_some(bytes.subspan(done, wanted));
        done += count;
        if (count < wanted) break;
    }
    return done;
}

} // namespace examples
