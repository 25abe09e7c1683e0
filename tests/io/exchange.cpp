// What exchange.py runs: exchange IN OUT reads a safetensors file and writes another, with the values of each tensor as
// F64, with those as F32 (names behind "float "), with the tensors as they are (behind "as it is "), and with its
// metadata.
#include "strata/io/safetensors.hpp"

#include <cstdio>
#include <exception>
#include <string>

int main(int count, char** arguments) {
    using namespace strata;
    if (count != 3) return 2;
    try {
        const safetensors in{arguments[1]};
        safetensors_writer out;
        for (const named_tensor& tensor : in.tensors()) {
            named_tensor same = tensor;
            same.name = "as it is " + tensor.name;
            out.add(same);
            if (!detail::has_values(tensor.type)) continue;
            out.add(tensor.name, tensor.shape, in.values<double>(tensor.name));
            out.add("float " + tensor.name, tensor.shape, in.values<float>(tensor.name));
        }
        for (const auto& [key, value] : in.metadata()) out.metadata(key, value);
        out.write(arguments[2]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
