// Every layer of the denoising autoencoder by itself, forward and both gradients, 32 samples.

#include "networks/denoiser.hpp"
#include "support/layers.hpp"

int main(int argc, char** argv) {
    bench::add_layers<examples::denoiser>();
    return bench::run(argc, argv);
}
