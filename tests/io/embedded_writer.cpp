// embedded_writer HEADER NONE: writes weights as a header, with the predictions of their model as an array beside them; and the
// header of a network that has no weights.

#include "embedded.hpp"
#include "strata/io/write_header.hpp"

#include <cstdio>
#include <exception>
#include <vector>

int main(int argc, char** argv) {
    using namespace strata;
    if (argc != 3) return 2;
    try {
        const model<embedded_net> net{seed{3}};
        write_header(argv[1], "trained::weights_of_digits", net);
        std::puts("a name with colons was taken");
        return 1;
    } catch (const std::invalid_argument&) {
    }
    try {
        const model<embedded_net> net{seed{3}};
        write_header(argv[1], "embedded_weights", net);
        write_header(argv[2], "no_weights", model<weightless_net>{});
        std::vector<float> x(36);
        for (int i = 0; i < 36; ++i) x[static_cast<std::size_t>(i)] = pixel(i);
        std::FILE* file = std::fopen(argv[1], "a");
        std::fputs("\ninline constexpr float predicted[]{", file);
        for (const float y : predict(net, x)) std::fprintf(file, "%af, ", static_cast<double>(y));
        std::fputs("};\n", file);
        return std::fclose(file);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
