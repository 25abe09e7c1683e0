// Convolutions of 3 x 3 kernels, 8 images and one: as they are, and with the option direct. PyTorch's, which are oneDNN's,
// have the same names in peers/pytorch.py.

#include "support/layers.hpp"

namespace {

using namespace strata;

template <std::size_t Side, std::size_t Channels, class... Options>
struct one : network<input<Side, Side, Channels>, conv2d<Channels, 3, same, Options...>> {};

template <std::size_t Side, std::size_t Channels, std::size_t Rows>
void add() {
    const std::string images = std::to_string(Side) + "x" + std::to_string(Side) + "x" +
                               std::to_string(Channels) + ", " + std::to_string(Rows) + ", ";
    bench::add_layers<one<Side, Channels>, Rows>(images);
    bench::add_layers<one<Side, Channels, direct>, Rows>(images);
}

template <std::size_t Rows>
void add_all() {
    add<56, 64, Rows>();
    add<28, 128, Rows>();
    add<32, 16, Rows>();
    add<16, 32, Rows>();
    add<8, 64, Rows>();
    add<14, 256, Rows>();
    add<7, 512, Rows>();
}

} // namespace

int main(int argc, char** argv) {
    add_all<8>();
    add_all<1>();
    return bench::run(argc, argv);
}
