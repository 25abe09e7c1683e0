// write_onnx: its files' bytes, and its errors. What other programs make of the files is seen in write_onnx.py.
#include "strata/io/write_onnx.hpp"

#include "strata/core.hpp"

#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <utility>

using namespace strata;

namespace {

struct small : network<strata::input<2>, dense<1>, relu> {};

TEST_CASE("messages of Protocol Buffers, by the examples of their description") {
    using detail::protobuf_message;
    CHECK(protobuf_message{}.integer(1, 150).bytes() == "\x08\x96\x01");
    CHECK(protobuf_message{}.text(2, "testing").bytes() == "\x12\x07testing");
    CHECK(protobuf_message{}.message(3, protobuf_message{}.integer(1, 150)).bytes() ==
          "\x1a\x03\x08\x96\x01");
    // Ten bytes for a negative number, two for the key of a field above 15, four for a float, the least significant first.
    CHECK(protobuf_message{}.integer(1, -2).bytes() == "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    CHECK(protobuf_message{}.integer(20, 0).bytes() == std::string("\xa0\x01\x00", 3));
    CHECK(protobuf_message{}.single(2, 1.0f).bytes() == std::string("\x15\x00\x00\x80\x3f", 5));
}

TEST_CASE("the same model gives the same file; another one another") {
    const tests::temporary_folder folder;
    model<small> net{he_uniform{}, seed{1}}, other{he_uniform{}, seed{2}};
    write_onnx((folder / "a.onnx").string(), net);
    write_onnx((folder / "b.onnx").string(), net);
    write_onnx((folder / "c.onnx").string(), other);
    CHECK(tests::read_text((folder / "a.onnx").string()).size() > 100);
    CHECK(tests::read_text((folder / "a.onnx").string()) == tests::read_text((folder / "b.onnx").string()));
    CHECK(tests::read_text((folder / "a.onnx").string()) != tests::read_text((folder / "c.onnx").string()));
    // A file that is there is replaced.
    write_onnx((folder / "a.onnx").string(), other);
    CHECK(tests::read_text((folder / "a.onnx").string()) == tests::read_text((folder / "c.onnx").string()));
}

TEST_CASE("what write_onnx refuses, and then writes nothing") {
    const tests::temporary_folder folder;
    model<small> net;
    CHECK_THROWS_AS(write_onnx((folder / "nowhere/a.onnx").string(), net), std::runtime_error);
    const model<small> taken = std::move(net);
    CHECK_THROWS_WITH_AS(
        write_onnx((folder / "a.onnx").string(), net), // NOLINT(bugprone-use-after-move): that is the error
        "strata: this model was moved from: it has no weights", std::invalid_argument);
    CHECK(folder.entries() == 0);
}

} // namespace
