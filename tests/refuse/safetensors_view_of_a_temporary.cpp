// A view of bytes that are gone with the statement.
// says: strata: these bytes are a temporary and gone before they are read: safetensors{...} takes them over
#include "strata/io/safetensors.hpp"

using namespace strata;

std::size_t count(const safetensors_writer& writer) {
#ifdef STRATA_CORRECTED
    const safetensors file{writer.bytes()};
#else
    const safetensors file = safetensors::view(writer.bytes());
#endif
    return file.tensors().size();
}
