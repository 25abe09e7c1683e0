// zlib's inflate, driven by hand: gzread takes truncated files and trailing rubbish for a proper end; and
// liblzma, where there is one.
#include "support/data/byte_reader.hpp"

#include "support/file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <new>
#include <string>

#ifdef STRATA_EXAMPLES_LZMA
#include <lzma.h>
#endif
#include <zlib.h>

namespace examples {
namespace {

#ifdef STRATA_EXAMPLES_LZMA
const char* lzma_problem(lzma_ret code) {
    switch (code) {
    case LZMA_BUF_ERROR: return "truncated xz data: the file ends before its index";
    case LZMA_DATA_ERROR: return "corrupt xz data, or bytes that follow its end";
    case LZMA_FORMAT_ERROR: return "corrupt xz data: damaged header";
    case LZMA_OPTIONS_ERROR:
    case LZMA_UNSUPPORTED_CHECK: return "xz data of a kind that this liblzma does not know";
    case LZMA_MEMLIMIT_ERROR:
        return "xz data that takes more than 128 MiB of memory to decompress, expected less";
    default: return "xz data that liblzma cannot decompress";
    }
}
#endif

} // namespace

struct byte_reader::state {
    explicit state(const std::filesystem::path& name) : path{name}, file{std::fopen(name.c_str(), "rb")} {
        if (file == nullptr) fail(std::string{"cannot be opened: "} + std::strerror(errno));
        try {
            refill();
            if (stream.avail_in >= 2 && block[0] == 0x1f && block[1] == 0x8b) {
                // 16 asks for a gzip header, 15 is the largest window there is.
                if (inflateInit2(&stream, 16 + 15) != Z_OK) throw std::bad_alloc{};
                is = encoding::gzip;
            } else if (stream.avail_in >= xz_magic.size() &&
                       std::equal(xz_magic.begin(), xz_magic.end(), block.begin())) {
                start_xz();
                is = encoding::xz;
            }
        } catch (...) {
            std::fclose(file);
            throw;
        }
    }

    ~state() {
        if (is == encoding::gzip) inflateEnd(&stream);
#ifdef STRATA_EXAMPLES_LZMA
        lzma_end(&xz);
#endif
        std::fclose(file);
    }

    state(const state&) = delete;
    state& operator=(const state&) = delete;

    enum class encoding { raw, gzip, xz };
    static constexpr std::array<std::uint8_t, 6> xz_magic{0xfd, '7', 'z', 'X', 'Z', 0};

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

#ifdef STRATA_EXAMPLES_LZMA
    void start_xz() {
        constexpr std::uint64_t most_memory = std::uint64_t{1} << 27;
        const lzma_ret code =
            lzma_stream_decoder(&xz, most_memory, LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK);
        if (code != LZMA_OK) throw std::bad_alloc{};
    }

    std::size_t unxz_some(std::span<std::uint8_t> bytes) {
        xz.next_out = bytes.data();
        xz.avail_out = bytes.size();
        while (xz.avail_out > 0 && !xz_ended) {
            if (stream.avail_in == 0) refill();
            xz.next_in = stream.next_in;
            xz.avail_in = stream.avail_in;
            // Only at the end of the file does liblzma know that no stream follows the last.
            const lzma_ret code = lzma_code(&xz, stream.avail_in == 0 ? LZMA_FINISH : LZMA_RUN);
            stream.next_in += stream.avail_in - xz.avail_in;
            stream.avail_in = static_cast<uInt>(xz.avail_in);
            if (code == LZMA_MEM_ERROR) throw std::bad_alloc{};
            if (code != LZMA_OK && code != LZMA_STREAM_END) fail(lzma_problem(code));
            xz_ended = code == LZMA_STREAM_END;
        }
        return bytes.size() - xz.avail_out;
    }
#else
    [[noreturn]] void start_xz() const {
        fail("is xz data, and this program was built without liblzma: install it (Debian: liblzma-dev) and "
             "build anew, or decompress the file with xz -dk");
    }
#endif

    static constexpr const char* rubbish = "bytes follow the end of its gzip data, expected none";

    std::filesystem::path path;
    std::FILE* file;
    z_stream stream{};
    std::array<std::uint8_t, 65536> block;
    encoding is = encoding::raw;
    std::size_t members = 0;
    bool between_members = false;
#ifdef STRATA_EXAMPLES_LZMA
    lzma_stream xz = LZMA_STREAM_INIT;
    bool xz_ended = false;
#endif
};

byte_reader::byte_reader(const std::filesystem::path& path) : state_{std::make_unique<state>(path)} {}

byte_reader::~byte_reader() = default;

bool byte_reader::marks_its_end() const { return state_->is != state::encoding::raw; }

std::size_t byte_reader::read(std::span<std::uint8_t> bytes) {
    if (state_->is == state::encoding::raw) return state_->copy(bytes);
#ifdef STRATA_EXAMPLES_LZMA
    if (state_->is == state::encoding::xz) return state_->unxz_some(bytes);
#endif
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
