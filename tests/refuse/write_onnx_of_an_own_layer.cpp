// A layer of a program's own does not say what it is in ONNX's operators.
// says: strata: write_onnx does not know this layer: give it a member
// also: layer_number<2>
#include "strata/core.hpp"
#include "strata/io/write_onnx.hpp"

#include <string>

using namespace strata;

struct cube : layer_defaults {
    static std::string describe() { return "cube"; }
    template <class Arch, extents In>
    static void forward(const forward_pass<Arch>&) {}
#ifdef STRATA_CORRECTED
    static std::string to_onnx(onnx_layer& in) {
        return in.apply("Mul", {in.apply("Mul", {in.input(), in.input()}), in.input()});
    }
#endif
};
struct net : network<input<4>, dense<3>, cube> {};

void write(const model<net>& trained) { write_onnx("net.onnx", trained); }

int main() {}
