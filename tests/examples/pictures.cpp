// Pictures: what is drawn is what a PNG reader finds.
#include "support/drawing/canvas.hpp"
#include "support/drawing/png.hpp"
#include "support/drawing/tiles.hpp"
#include "support/file.hpp"

#include "temporary_folder.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-function"
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

#include <doctest/doctest.h>

using namespace examples;

namespace {

struct picture {
    std::size_t width = 0;
    std::size_t height = 0;
    int channels = 0;
    byte_vector bytes{};
};

picture read_png(const std::filesystem::path& path) {
    int width = 0;
    int height = 0;
    int channels = 0;
    const std::unique_ptr<stbi_uc, void (*)(void*)> bytes{
        stbi_load(path.c_str(), &width, &height, &channels, 0), stbi_image_free};
    REQUIRE(bytes != nullptr);
    const auto size = static_cast<std::size_t>(width * height * channels);
    return {static_cast<std::size_t>(width), static_cast<std::size_t>(height), channels,
            byte_vector(bytes.get(), bytes.get() + size)};
}

std::size_t count(const canvas& page, std::uint8_t ink) {
    std::size_t result = 0;
    for (std::size_t y = 0; y < page.height(); ++y) {
        for (std::size_t x = 0; x < page.width(); ++x) result += page.at(x, y) == ink;
    }
    return result;
}

} // namespace

TEST_CASE("grey clamps, rounds to nearest, and takes NaN for black") {
    CHECK(grey(0.0f) == 0);
    CHECK(grey(1.0f) == 255);
    CHECK(grey(0.5f) == 128);
    CHECK(grey(-0.1f) == 0);
    CHECK(grey(1.3f) == 255);
    CHECK(grey(std::numeric_limits<float>::infinity()) == 255);
    CHECK(grey(-std::numeric_limits<float>::infinity()) == 0);
    CHECK(grey(std::numeric_limits<float>::quiet_NaN()) == 0);
    for (int byte = 0; byte < 256; ++byte) CHECK(grey(static_cast<float>(byte) / 255.0f) == byte);
}

TEST_CASE("a PNG read back has the same bytes") {
    const temporary_folder folder;
    for (const std::size_t height : {1u, 2u, 31u}) {
        for (const std::size_t width : {1u, 7u, 64u}) {
            std::vector<float> values(height * width);
            for (std::size_t i = 0; i < values.size(); ++i)
                values[i] = static_cast<float>(i * 37 % 256) / 255.0f;
            write_png(folder / "round.png", values, height, width);
            const picture found = read_png(folder / "round.png");
            CHECK(found.width == width);
            CHECK(found.height == height);
            CHECK(found.channels == 1);
            for (std::size_t i = 0; i < values.size(); ++i) REQUIRE(found.bytes[i] == i * 37 % 256);
        }
    }
    CHECK(folder.entries() == 1);
}

TEST_CASE("a picture without pixels or with the wrong number of them is refused, and so is a path") {
    const temporary_folder folder;
    const std::vector<float> six(6);
    const auto size_refusal = [&](std::size_t height, std::size_t width) {
        return message_of<std::invalid_argument>(
            [&] { write_png(folder / "wrong.png", six, height, width); });
    };
    CHECK(size_refusal(2, 4) ==
          "write_png: 6 values for a picture of 2 x 4, expected height times width, from 1 to "
          "268435456");
    CHECK(size_refusal(0, 4).starts_with("write_png: 6 values"));
    CHECK(size_refusal(std::numeric_limits<std::size_t>::max() / 2, 4).starts_with("write_png: 6 values"));
    CHECK(message_of<std::invalid_argument>([&] {
              canvas(0, 3).write(folder / "wrong.png");
          }).starts_with("write_png: 0 values"));
    CHECK(folder.entries() == 0);
    const auto nowhere = folder / "missing/picture.png";
    CHECK(message_of<file_error>([&] { write_png(nowhere, six, 2, 3); }) ==
          nowhere.string() + ": cannot be written: No such file or directory");
}

TEST_CASE("a canvas magnifies, and cuts off what reaches beyond it") {
    canvas page{6, 5};
    page.picture({1, 1}, std::vector<float>{0.0f, 0.2f, 0.4f, 1.0f}, {2, 2}, 2);
    CHECK(page.at(0, 0) == 255);
    CHECK(page.at(1, 1) == 0);
    CHECK(page.at(2, 2) == 0);
    CHECK(page.at(3, 1) == 51);
    CHECK(page.at(4, 2) == 51);
    CHECK(page.at(1, 3) == 102);
    CHECK(page.at(2, 4) == 102);
    CHECK(page.at(5, 1) == 255);
    page.fill({5, 4}, {100, 100}, 7);
    page.fill({100, 100}, {1, 1}, 7);
    page.fill({0, 0}, {std::numeric_limits<std::size_t>::max(), 1}, 9);
    CHECK(count(page, 7) == 1);
    CHECK(count(page, 9) == 6);
    page.picture({5, 4}, std::vector<float>(4, 0.0f), {2, 2}, 3);
    CHECK(page.at(5, 4) == 0);
    CHECK(message_of<std::invalid_argument>([&] { page.picture({}, std::vector<float>(5), {2, 2}); }) ==
          "canvas::picture: 5 values, expected 2 x 2");
}

TEST_CASE("text leaves ink inside its size, for every letter there is and those there are not") {
    std::string letters;
    for (int code = 1; code < 256; ++code) letters += static_cast<char>(code);
    const pixels size = text_size(letters, 2);
    CHECK(size.y == 24);
    canvas page{size.x + 4, size.y};
    page.text({0, 0}, letters, 2);
    CHECK(count(page, 0) > 2000);
    canvas cut{10, 5};
    cut.text({3, 2}, letters, 3, 100);
    CHECK(count(cut, 100) > 0);
    CHECK(text_size("").x == 0);
    CHECK(text_size("128").x == 3 * text_size("1").x);
    canvas asked{20, 12};
    asked.text({0, 0}, "\xc3");
    canvas question{20, 12};
    question.text({0, 0}, "?");
    CHECK(count(asked, 0) == count(question, 0));
    CHECK(count(asked, 0) > 0);
}

TEST_CASE("tiles stand in rows, in order, with room between them") {
    const std::vector<float> dark(4, 0.2f);
    const std::vector<float> light(4, 0.6f);
    const std::vector<tile_row> rows{{"first", {{dark, "a"}, {light, "wider than it"}, {dark, "c"}}},
                                     {"", {{light}}}};
    const tile_options options{.title = "title", .size = {2, 2}, .magnification = 8};
    const canvas page = draw_tiles(rows, options);
    // Nothing is covered and nothing is cut off.
    CHECK(count(page, grey(0.2f)) == 2 * 16 * 16);
    CHECK(count(page, grey(0.6f)) == 2 * 16 * 16);
    CHECK(count(page, 0) > 20);
    std::vector<std::uint8_t> order;
    std::uint8_t before = 255;
    const std::size_t y = options.margin + text_size("", options.text_magnification + 1).y + options.gap + 1;
    for (std::size_t x = 0; x < page.width(); ++x) {
        const std::uint8_t now = page.at(x, y);
        // The label is black, the page white.
        if (now != before && now != 255 && now != 0) order.push_back(now);
        before = now;
    }
    CHECK(order == byte_vector{grey(0.2f), grey(0.6f), grey(0.2f)});

    const std::vector<tile_row> wrong{{"", {{dark}}}};
    CHECK_THROWS_AS(draw_tiles(wrong), std::invalid_argument);
    CHECK(draw_tiles({}).width() == 2 * options.margin);
}

TEST_CASE("a heading stands above its row, and widens the page if it must") {
    const std::vector<float> dark(4, 0.2f);
    const tile_options options{.size = {2, 2}, .magnification = 8};
    const std::vector<tile_row> plain{{.tiles = {{dark}}}};
    const std::vector<tile_row> headed{{.tiles = {{dark}}, .heading = "SGD 0.01, momentum 0.95"}};
    const canvas without = draw_tiles(plain, options);
    const canvas with = draw_tiles(headed, options);
    CHECK(count(without, 0) == 0);
    CHECK(count(with, 0) > 20);
    CHECK(count(with, grey(0.2f)) == 16 * 16);
    CHECK(with.height() > without.height() + 12);
    CHECK(with.width() >= text_size("SGD 0.01, momentum 0.95", options.text_magnification).x);
    // All of it is above the picture.
    std::size_t lowest_letter = 0, highest_picture = with.height();
    for (std::size_t y = 0; y < with.height(); ++y)
        for (std::size_t x = 0; x < with.width(); ++x) {
            if (with.at(x, y) == 0) lowest_letter = y;
            if (with.at(x, y) == grey(0.2f)) highest_picture = std::min(highest_picture, y);
        }
    CHECK(lowest_letter < highest_picture);
}
