// Files that earlier versions wrote are read: those in tests/io/files. How they were written stands at the end.
#include "strata/core.hpp"
#include "strata/io/checkpoint.hpp"
#include "strata/io/weights.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace strata;

struct small : network<input<2>, dense<3>, relu, mark<"code">, scope<"out", dense<2>, batch_norm<>>> {};

/// Numbers that any float has exactly.
void set_weights(model<small>& net) {
    float next = -2.0f;
    for (const placed_parameter& p : parameters_of<small>) {
        std::vector<float> values(p.what.count());
        for (float& value : values) value = next += 0.125f;
        net.write(p, values);
    }
}

fit_state state_of_file() {
    fit_state state{.epoch = 2, .batch = 1, .step = 7, .loss = 0.5, .parts = {0.25, 0.125}, .metrics = {3}};
    state.best_epoch = 1;
    state.least_loss = 0.75f;
    state.history.best_epoch = 1;
    for (std::size_t epoch = 1; epoch <= 2; ++epoch) {
        epoch_report report{epoch, 4, 0.5f / static_cast<float>(epoch), 0.75f};
        report.terms = {{"output", 0.25, 0.5}, {"code", 0.125, 0.0625}};
        report.metrics = {{"accuracy", 0.875, {}}};
        state.history.loss.push_back(report.loss);
        state.history.validation_loss.push_back(*report.validation_loss);
        state.history.epochs.push_back(report);
    }
    return state;
}

void write_files(const std::string& folder) {
    model<small> net{zeros{}};
    set_weights(net);
    save(folder + "/weights-0.2.safetensors", net, standard_scaler{{0.5, -1}, {2, 0.25}});
    optimizer opt{net, adam{.learning_rate = 0.25f}};
    fit_state state = state_of_file();
    state.best_weights.assign(net.storage().begin(), net.storage().end());
    checkpoint{folder + "/checkpoint-0.2.safetensors", net, opt}.save(state);
}

const std::string folder = STRATA_FILES;

void check_weights(const model<small>& net) {
    model<small> wanted{zeros{}};
    set_weights(wanted);
    CHECK(std::equal(net.storage().begin(), net.storage().end(), wanted.storage().begin()));
}

TEST_CASE("weights of 0.2") {
    model<small> net{seed{1}};
    const load_report report = load(folder + "/weights-0.2.safetensors", net);
    CHECK(!report.of_another_network);
    check_weights(net);
    const standard_scaler scaler = load_scaler(folder + "/weights-0.2.safetensors");
    CHECK(scaler.means() == std::vector<double>{0.5, -1});
    CHECK(scaler.deviations() == std::vector<double>{2, 0.25});
}

TEST_CASE("a checkpoint of 0.2") {
    model<small> net{seed{1}};
    optimizer opt{net, adam{}};
    const auto state = checkpoint{folder + "/checkpoint-0.2.safetensors", net, opt}.restore();
    REQUIRE(state.has_value());
    check_weights(net);
    CHECK(opt.learning_rate() == 0.25f);
    const fit_state wanted = state_of_file();
    CHECK(state->epoch == wanted.epoch);
    CHECK(state->batch == wanted.batch);
    CHECK(state->step == wanted.step);
    CHECK(state->loss == wanted.loss);
    CHECK(state->parts == wanted.parts);
    CHECK(state->metrics == wanted.metrics);
    CHECK(state->best_epoch == wanted.best_epoch);
    CHECK(state->least_loss == wanted.least_loss);
    CHECK(state->best_weights.size() == small::parameter_floats);
    CHECK(state->history.loss == wanted.history.loss);
    CHECK(state->history.validation_loss == wanted.history.validation_loss);
    CHECK(state->history.best_epoch == wanted.history.best_epoch);
    REQUIRE(state->history.epochs.size() == 2);
    CHECK(state->history.epochs[1].terms[1].name == "code");
    CHECK(state->history.epochs[1].terms[1].validation == 0.0625);
    CHECK(state->history.epochs[0].metric("accuracy").training == 0.875);
    CHECK(!state->history.epochs[0].metric("accuracy").validation.has_value());
}

TEST_CASE("what is written today" * doctest::skip()) {
    write_files(folder);
} // --no-skip -tc="what is written today"

} // namespace
