// oneDNN: dnnl_sgemm. (Its convolutions are measured through PyTorch, which calls them.)
#include "peers/blas.hpp"

#include "support/version.hpp"

#include <dnnl.h>

#include <string>

static const bench::library_version version{std::to_string(dnnl_version()->major) + "." +
                                            std::to_string(dnnl_version()->minor) + "." +
                                            std::to_string(dnnl_version()->patch)};

int main(int argc, char** argv) {
    return peers::run_products(argc, argv,
                               [](bool ta, bool tb, std::size_t m, std::size_t n, std::size_t k,
                                  const float* a, std::size_t lda, const float* b, std::size_t ldb,
                                  float* c) {
                                   const auto size = [](std::size_t s) { return static_cast<dnnl_dim_t>(s); };
                                   dnnl_sgemm(ta ? 'T' : 'N', tb ? 'T' : 'N', size(m), size(n), size(k), 1.0f,
                                              a, size(lda), b, size(ldb), 0.0f, c, size(n));
                               });
}
