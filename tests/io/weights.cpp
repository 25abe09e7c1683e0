// Weights in files: names, round trips of models and slices, and what a file that does not fit is told.
#include "strata/io/weights.hpp"

#include "strata/core.hpp"

#include "support/small_networks.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace strata;

namespace {

struct classifier : network<strata::input<6, 6, 1>, conv2d<3, 3>, batch_norm<>, relu, mark<"features">,
                            flatten, dense<8>, strata::tanh, mark<"code">, dense<4>, prelu, layer_norm<>> {};
struct autoencoder : network<strata::input<9>, mark<"first">, dense<6>, relu, mark<"code">, dense<6>, relu,
                             tied_dense<9, "first">> {};
struct scoped
    : network<strata::input<9>,
              scope<"left", dense<6>, relu, mark<"code">, dense<5>, scope<"in", dense<5>>, dense<5>>,
              dense<4>, relu, mark<"end">, residual<dense<4>, relu, dense<4>>, dense<2>> {};

using named_values = std::map<std::string, std::vector<float>>;

template <class Real>
std::vector<float> values_of(const model<classifier, Real>& net) {
    std::vector<float> all;
    for (const Real value : net.storage()) all.push_back(static_cast<float>(value));
    return all;
}

template <class Net>
std::vector<float> weights_of(const model<Net>& net) {
    return {net.storage().begin(), net.storage().end()};
}

std::vector<std::string> lines_of(const std::vector<load_report::line>& lines) {
    std::vector<std::string> names;
    for (const load_report::line& line : lines) names.push_back(line.name);
    return names;
}

} // namespace

TEST_CASE("names: numbers as nn.Sequential has, behind marks and in scopes") {
    using names = std::vector<std::string>;
    struct plain : network<strata::input<9>, dense<6>, relu, dense<5>, batch_norm<>, dense<2>> {};
    CHECK(parameter_names<plain>() == names{"0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias",
                                            "3.running_mean", "3.running_var", "4.weight", "4.bias"});
    CHECK(parameter_names<autoencoder>() ==
          names{"first.0.weight", "first.0.bias", "code.0.weight", "code.0.bias", "code.2.bias"});
    CHECK(parameter_names<from<autoencoder, "code">>() ==
          names{"code.0.weight", "code.0.bias", "code.2.bias"});
    CHECK(parameter_names<until<autoencoder, "code">>() == names{"first.0.weight", "first.0.bias"});
    CHECK(parameter_names<scoped>() ==
          names{"left.0.weight", "left.0.bias", "left.code.0.weight", "left.code.0.bias", "left.in.0.weight",
                "left.in.0.bias", "left.code.2.weight", "left.code.2.bias", "1.weight", "1.bias",
                "end.0.weight", "end.0.bias", "end.2.weight", "end.2.bias", "end.3.weight", "end.3.bias"});
    struct pair : network<strata::input<9>, scope<"left", splice<plain>>, mark<"a">, strata::input<9>,
                          scope<"right", shared<"left", splice<plain>>>, subtract<"a">, dense<3>> {};
    CHECK(parameter_names<pair>().front() == "left.0.weight");
    CHECK(parameter_names<pair>().back() ==
          "a.5.bias"); // behind the five layers that run on the left one's weights
    CHECK(parameter_names<pair>().size() == parameter_names<plain>().size() + 2);
}

TEST_CASE("no two parameters of a network share a name") {
    const auto check = []<class Net>(const Net&) {
        std::vector<std::string> names = parameter_names<Net>();
        std::sort(names.begin(), names.end());
        CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
    };
    struct twice : network<strata::input<6>, scope<"s", dense<6>>, dense<6>, scope<"s", dense<6>>, mark<"s">,
                           dense<6>> {};
    check(classifier{});
    check(autoencoder{});
    check(scoped{});
    check(twice{});
}

TEST_CASE("names of Keras's, a tied layer's bias behind a normalisation among them") {
    struct tied : network<strata::input<4>, mark<"in">, dense<3>, prelu, batch_norm<>, tied_dense<4, "in">> {
    };
    std::vector<std::string> names;
    const safetensors file{save(model<tied>{}, keras)};
    for (const named_tensor& tensor : file.tensors()) names.push_back(tensor.name);
    CHECK(names == std::vector<std::string>{"0.bias", "0.kernel", "1.alpha", "2.beta", "2.gamma",
                                            "2.moving_mean", "2.moving_variance", "3.bias"});
}

TEST_CASE_TEMPLATE("a model comes back bit for bit, from a file and from memory", Net, classifier,
                   autoencoder, scoped) {
    const tests::temporary_folder here;
    const model<Net> net{seed{3}};
    save(here / "net.safetensors", net);
    model<Net> other{seed{4}};
    const load_report report = load(here / "net.safetensors", other);
    CHECK(weights_of(other) == weights_of(net));
    CHECK(report.complete());
    CHECK(report.applied == parameters_of<Net>.size());
    CHECK(!report.of_another_network);

    model<Net> third{seed{5}};
    const std::vector<std::byte> bytes = save(net);
    load(bytes, third);
    CHECK(weights_of(third) == weights_of(net));
    const std::string on_disk = tests::read_text(here / "net.safetensors");
    CHECK(on_disk.size() == bytes.size());
    CHECK(std::equal(bytes.begin(), bytes.end(), on_disk.begin(), [](std::byte a, char b) {
        return std::to_integer<unsigned char>(a) == static_cast<unsigned char>(b);
    }));
}

TEST_CASE("tensors lie in row-major order of their logical shape") {
    const model<classifier> net{seed{3}};
    const safetensors file{save(net)};
    for (const placed_parameter& p : parameters_of<classifier>) {
        const std::string name =
            parameter_names<classifier>()[static_cast<std::size_t>(&p - parameters_of<classifier>.data())];
        std::vector<float> values(p.what.count());
        net.read(p, values);
        CHECK(file.values<float>(name) == values);
        CHECK(file.at(name).shape.size() == p.what.logical.rank);
    }
}

TEST_CASE("doubles are F64, and go into models of either kind") {
    const model<classifier, double> exact{seed{3}};
    const std::vector<std::byte> bytes = save(exact);
    CHECK(safetensors::view(bytes).at("0.weight").type == element_type::f64);
    model<classifier, double> again{seed{1}};
    load(bytes, again);
    CHECK(std::equal(again.storage().begin(), again.storage().end(), exact.storage().begin()));
    model<classifier> rounded{seed{1}};
    load(bytes, rounded);
    CHECK(values_of(rounded) == values_of(exact));
    model<classifier, double> wide{seed{2}};
    load(save(rounded), wide);
    CHECK(values_of(wide) == values_of(rounded));
}

TEST_CASE("a slice by itself, into a whole network, and into another network that contains it") {
    using decoder = from<autoencoder, "code">;
    using encoder = until<autoencoder, "code">;
    const model<autoencoder> net{seed{3}};
    const std::vector<std::byte> half = save<encoder>(net);
    model<autoencoder> other{seed{4}};
    const std::vector<float> before = weights_of(other);
    load<encoder>(half, other);
    CHECK(predict<encoder>(other, std::vector<float>(9, 0.5f)) ==
          predict<encoder>(net, std::vector<float>(9, 0.5f)));
    constexpr std::size_t behind = encoder::parameter_floats;
    CHECK(std::equal(before.begin() + behind, before.end(), other.storage().begin() + behind));

    struct user : network<strata::input<9>, dense<7>, mark<"first">, dense<6>, relu, mark<"code">, dense<2>> {
    };
    // There the matrix takes 7 numbers.
    model<user> misfit{seed{1}};
    CHECK_THROWS_AS((load<between<user, "first", "code">>(half, misfit)), load_error);
    struct container : network<strata::input<9>, splice<encoder>, mark<"code">, dense<2>> {};
    model<container> contains{seed{1}};
    load<until<container, "code">>(half, contains);
    CHECK(predict<until<container, "code">>(contains, std::vector<float>(9, 0.5f)) ==
          predict<encoder>(net, std::vector<float>(9, 0.5f)));
    CHECK(parameter_names<decoder>() == parameter_names<from<autoencoder, "code">>());
}

TEST_CASE("a file of plain numbers goes into a network with marks, and into a slice") {
    struct plain : network<strata::input<9>, dense<6>, relu, dense<5>, relu> {};
    struct marked : network<strata::input<9>, mark<"a">, dense<6>, relu, mark<"b">, dense<5>, relu, mark<"c">,
                            dense<3>> {};
    const model<plain> net{seed{3}};
    model<marked> other{seed{4}};
    const load_report report = load<until<marked, "c">>(save(net), other);
    CHECK(report.complete());
    CHECK(predict<until<marked, "c">>(other, std::vector<float>(9, 0.5f)) ==
          predict(net, std::vector<float>(9, 0.5f)));
}

TEST_CASE("what does not fit is an error that carries the report, and changes nothing") {
    struct wider : network<strata::input<6, 6, 1>, conv2d<3, 3>, batch_norm<>, relu, mark<"features">,
                           flatten, dense<9>, strata::tanh, mark<"code">, dense<4>, prelu, layer_norm<>> {};
    struct shorter : network<strata::input<6, 6, 1>, conv2d<3, 3>, batch_norm<>, relu, mark<"features">,
                             flatten, dense<8>> {};
    const std::vector<std::byte> file = save(model<classifier>{seed{3}});
    const auto report_of = [&](auto net) {
        const std::vector<float> before = weights_of(net);
        load_report report;
        try {
            load(file, net);
        } catch (const load_error& error) {
            report = error.report();
            CHECK(std::string{error.what()}.find("the file in memory does not fit this network: ") !=
                  std::string::npos);
            CHECK(std::string{error.what()}.find(to_string(report)) != std::string::npos);
        }
        CHECK(weights_of(net) == before);
        return report;
    };
    const load_report other = report_of(model<wider>{seed{1}});
    CHECK(lines_of(other.other_shapes) ==
          std::vector<std::string>{"features.1.weight", "features.1.bias", "code.0.weight"});
    CHECK(other.missing.empty());
    CHECK(other.of_another_network);
    CHECK(other.other_shapes[0].problem == "48 x 8 in the file, 48 x 9 here, layer 6 (dense 9)");

    const load_report less = report_of(model<shorter>{seed{1}});
    CHECK(lines_of(less.unexpected) == std::vector<std::string>{"code.0.bias", "code.0.weight",
                                                                "code.1.weight", "code.2.bias",
                                                                "code.2.weight"});
    CHECK(to_string(less).find("unexpected   code.0.weight") != std::string::npos);

    model<shorter> partly{seed{1}};
    const load_report matching = load_matching(file, partly);
    CHECK(matching.applied == 8);
    CHECK(matching.unexpected.size() == 5);
    const std::vector<float> image(36, 0.5f);
    CHECK(predict<"features">(partly, image) == predict<"features">(model<classifier>{seed{3}}, image));
}

TEST_CASE("another order of the same sizes is called a layout") {
    struct here : network<strata::input<288>, dense<32>> {};
    safetensors_writer writer;
    writer.add("0.weight", {32, 288}, std::vector<float>(32 * 288))
        .add("0.bias", {32}, std::vector<float>(32));
    model<here> net;
    try {
        load(writer.bytes(), net);
        FAIL("it fits");
    } catch (const load_error& error) {
        CHECK(error.report().other_shapes[0].problem ==
              "32 x 288 in the file, 288 x 32 here, layer 1 (dense 32): "
              "PyTorch's layout?");
    }
}

TEST_CASE("elements that are no weights do not fit, half precision does") {
    struct tiny : network<strata::input<2>, dense<1>> {};
    safetensors_writer floats;
    floats.add("0.bias", {1}, std::vector<float>{3});
    const std::vector<std::byte> halves{std::byte{0x00}, std::byte{0x3c}, std::byte{0x00},
                                        std::byte{0xc0}}; // 1, -2
    floats.add(named_tensor{"0.weight", element_type::f16, {2, 1}, halves});
    model<tiny> net;
    load(floats.bytes(), net);
    CHECK(predict(net, std::vector<float>{10, 1}) == std::vector<float>{10 - 2 + 3});
    safetensors_writer integers;
    integers.add("0.bias", {1}, std::vector<float>{3});
    integers.add(named_tensor{"0.weight", element_type::i16, {2, 1}, halves});
    CHECK_THROWS_AS(load(integers.bytes(), net), load_error);
}

TEST_CASE("a scaler lies in the same file, and in nobody's way") {
    const tests::temporary_folder here;
    struct small : network<strata::input<2>, dense<1>> {};
    const model<small> net{seed{1}};
    const standard_scaler scaler{{1.5, -2}, {0.25, 1e-300}};
    save(here / "net.safetensors", net, scaler);
    const standard_scaler again = load_scaler(here / "net.safetensors");
    CHECK(again.means() == scaler.means());
    CHECK(again.deviations() == scaler.deviations());
    model<small> other{seed{2}};
    load(here / "net.safetensors", other);
    CHECK(weights_of(other) == weights_of(net));
    save(here / "plain.safetensors", net);
    CHECK_THROWS_AS(static_cast<void>(load_scaler(here / "plain.safetensors")), std::runtime_error);
}

TEST_CASE("the file says for which network it is: every layer and option counts") {
    const auto prints = std::vector<std::string>{
        detail::fingerprint<network<strata::input<9>, dense<6>, relu>>(),
        detail::fingerprint<network<strata::input<9>, dense<6>, leaky_relu<0.1>>>(),
        detail::fingerprint<network<strata::input<9>, dense<6>, leaky_relu<0.2>>>(),
        detail::fingerprint<network<strata::input<9>, dense<6>, batch_norm<>>>(),
        detail::fingerprint<network<strata::input<9>, dense<6>, batch_norm<0.2>>>(),
        detail::fingerprint<network<strata::input<9>, dense<6>, batch_norm<0.1, 1e-3>>>(),
        detail::fingerprint<network<strata::input<9>, dense<6>, layer_norm<>>>(),
        detail::fingerprint<network<strata::input<9>, dense<6>, layer_norm<1e-3>>>(),
        detail::fingerprint<network<strata::input<3, 3, 1>, conv2d<2, 3, same>>>(),
        detail::fingerprint<network<strata::input<3, 3, 1>, conv2d<2, 3, padding<1>>>>(),
        detail::fingerprint<network<strata::input<3, 3, 2>, conv2d<2, 3, same>>>(),
        detail::fingerprint<network<strata::input<3, 3, 2>, conv2d<2, 3, same, groups<2>>>>(),
        detail::fingerprint<network<strata::input<3, 3, 2>, max_pool2d<2>>>(),
        detail::fingerprint<network<strata::input<3, 3, 2>, average_pool2d<2>>>(),
        detail::fingerprint<network<strata::input<9>, mark<"a">, dense<9>, strata::add<"a">>>(),
        detail::fingerprint<network<strata::input<9>, dense<9>, mark<"a">, strata::add<"a">>>(),
    };
    for (std::size_t a = 0; a < prints.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) {
            CAPTURE(a);
            CAPTURE(b);
            CHECK(prints[a] != prints[b]);
        }
}

TEST_CASE("files that are not there, and models that were moved from") {
    const tests::temporary_folder here;
    model<autoencoder> net;
    CHECK_THROWS_AS(load(here / "nothing.safetensors", net), std::runtime_error);
    CHECK_THROWS_AS(save("/nowhere/at/all.safetensors", net), std::runtime_error);
    const std::vector<std::byte> file = save(net);
    const model<autoencoder> other = std::move(net);
    CHECK_THROWS_AS(save(here / "gone.safetensors", net), std::invalid_argument);
    CHECK_THROWS_AS(load(file, net), std::invalid_argument);
}
