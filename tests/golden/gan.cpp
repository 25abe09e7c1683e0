// One round of the GAN exercise against PyTorch: outputs, losses, gradients and an Adam step of both
// networks; gan.py made the values.
#include "golden.hpp"

#include "networks/activity.hpp"

namespace {

using namespace strata;
using generator = examples::generator<561>;
using discriminator = examples::discriminator<561>;

/// Of large tensors the file has every 61st number.
std::vector<float> sampled(const std::vector<float>& all) {
    if (all.size() <= 1000) return all;
    std::vector<float> some;
    for (std::size_t i = 0; i < all.size(); i += 61) some.push_back(all[i]);
    return some;
}

std::vector<float> gather(const rows_view& rows) {
    std::vector<float> all;
    for (std::size_t r = 0; r < rows.rows; ++r) all.insert(all.end(), rows[r].begin(), rows[r].end());
    return all;
}

/// Compares the gradients that are in `work`, takes a step, and compares the weights.
template <class Net, class Workspace>
void check_step(const golden::file& values, const std::string& name, model<Net>& net, Workspace& work,
                float learning_rate) {
    const auto tensor_of = [&](const placed_parameter& p) {
        return name + '.' + std::to_string(p.layer_number) + '.' + std::string{p.what.name};
    };
    for (const placed_parameter& p : parameters_of<Net>) {
        std::vector<float> gradient(p.what.count());
        for (std::size_t i = 0; i < gradient.size(); ++i)
            gradient[i] = work.parameter_gradients()[p.gradient_offset + p.what.place(i)];
        golden::check_agreement(tensor_of(p) + ".gradient", sampled(gradient),
                                values[tensor_of(p) + ".gradient"]);
    }
    strata::optimizer<Net, adam> optimizer{net, adam{.learning_rate = learning_rate}};
    optimizer.step(net, work);
    for (const placed_parameter& p : parameters_of<Net>) {
        std::vector<float> weights(p.what.count());
        net.read(p, weights);
        golden::check_agreement(tensor_of(p) + ".after", sampled(weights), values[tensor_of(p) + ".after"]);
    }
}

TEST_CASE("a round of the GAN exercise does what PyTorch does") {
    const golden::file values{STRATA_GOLDEN "/gan.f64"};
    model<generator> g{zeros{}};
    model<discriminator> d{zeros{}};
    golden::load_weights(g, values, "generator");
    golden::load_weights(d, values, "discriminator");
    workspace<generator, batch<32>> g_work;
    workspace<discriminator, batch<32>> d_work;

    const std::vector<float> real = values.of<float>("real");
    const std::vector<float> few = gather(forward(g, g_work, values.of<float>("noise.few")));
    golden::check_agreement("on_real", predict(d, real), values["on_real"]);
    golden::check_agreement("on_fake", predict(d, few), values["on_fake"]);
    const float of_discriminator =
        accumulate(d, d_work, bce{}, real, 1.0f) + accumulate(d, d_work, bce{}, few, 0.0f);
    golden::check_agreement("discriminator.loss", std::vector{of_discriminator},
                            values["discriminator.loss"]);
    check_step(values, "discriminator", d, d_work, 0.0001f);

    const rows_view fake = forward(g, g_work, values.of<float>("noise.many"));
    golden::check_agreement("fake", sampled(gather(fake)), values["fake"]);
    const auto slope = input_gradient(std::as_const(d), d_work, bce{}, fake, 1.0f);
    golden::check_agreement("generator.loss", std::vector{slope.loss}, values["generator.loss"]);
    backward(g, g_work, slope);
    check_step(values, "generator", g, g_work, 0.001f);
}

} // namespace
