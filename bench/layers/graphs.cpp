// Every layer and join of ResNet-20 and of a U-Net by itself, forward and both gradients, 32 samples.

#include "support/graphs.hpp"
#include "support/layers.hpp"

int main(int argc, char** argv) {
    bench::add_layers<bench::resnet20>("ResNet-20 ");
    bench::add_layers<bench::unet>("U-Net ");
    return bench::run(argc, argv);
}
