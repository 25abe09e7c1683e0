// The command line of an example; the only file that holds CLI11.
#include "support/command_line.hpp"

#include "support/interrupt.hpp"
#include "support/number.hpp"
#include "support/outputs.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <utility>

#include <fcntl.h>

namespace examples {
namespace {

// As CLI11 has for what a validator refuses.
constexpr int refused = static_cast<int>(CLI::ExitCodes::ValidationError);

std::string words_of(whole_range range) {
    return "a whole number from " + std::to_string(range.least) + " to " + std::to_string(range.most);
}

std::string words_of(real_range range) {
    return "a number from " + real_text(range.least) + " to " + real_text(range.most);
}

std::uint64_t read(const std::string& option, const std::string& text, whole_range range) {
    const auto value = whole_number(text);
    if (!value || *value < range.least || *value > range.most)
        throw option_error{option, text, words_of(range)};
    return *value;
}

float read(const std::string& option, const std::string& text, real_range range) {
    const auto value = real_number(text);
    if (!value || *value < range.least || *value > range.most)
        throw option_error{option, text, words_of(range)};
    return static_cast<float>(*value);
}

// A number that looks like an option to CLI11: "-1", "-.5".
bool is_negative_number(std::string_view text) {
    return text.size() > 1 && text[0] == '-' && (text[1] == '.' || (text[1] >= '0' && text[1] <= '9'));
}

// Where standard input, output or error is closed, a file that is opened later would take its place.
void keep_standard_streams() {
    for (int descriptor = 0; descriptor < 3; ++descriptor)
        if (::fcntl(descriptor, F_GETFD) == -1 && ::open("/dev/null", O_RDONLY) == -1) return;
}

} // namespace

std::size_t count_of_data::within(std::size_t available, const std::string& of_what) const {
    if (given && value > available)
        throw option_error{option, std::to_string(value),
                           words_of(whole_range{least, available}) + ": the data has " +
                               std::to_string(available) + " " + of_what};
    return std::min(value, available);
}

struct command_line::implementation {
    std::string program;
    CLI::App app;
    std::vector<std::function<void()>> checks{}; // of several options together
    struct numbers {
        std::string option, expected;
    };
    std::vector<numbers> expectations{};

    // An option with one text, and what it is for.
    CLI::Option* add(const std::string& option, const std::function<void(const std::string&)>& use,
                     const std::string& type, const std::string& written, const std::string& help) {
        CLI::Option* added = app.add_option_function<std::string>(option, use, help);
        added->type_name(type);
        if (!written.empty()) added->default_str(written);
        return added;
    }

    void add_path(const std::string& option, std::filesystem::path& value, const std::string& type,
                  const std::string& help, const std::string& expected,
                  const std::function<bool(const std::filesystem::path&)>& is_fine) {
        add(
            option,
            [&value, option, expected, is_fine](const std::string& text) {
                if (text.empty()) throw option_error{option, text, "a path"};
                if (!is_fine(text)) throw option_error{option, text, expected};
                value = text;
            },
            type, value.string(), help);
    }

    // The option that a negative number on the command line is meant for, as its refusal.
    void refuse_negative_numbers(int argc, char** argv) const {
        const numbers* last = nullptr;
        for (int i = 1; i < argc; ++i) {
            const std::string_view word = argv[i];
            if (last != nullptr && is_negative_number(word))
                throw option_error{last->option, word, last->expected};
            if (!word.starts_with("--")) continue;
            const auto found = std::ranges::find(expectations, word, &numbers::option);
            last = found == expectations.end() ? nullptr : &*found;
        }
    }
};

command_line::command_line(std::string program, std::string description)
    : all_{new implementation{std::move(program), CLI::App{std::move(description)}}} {}

command_line::~command_line() = default;

void command_line::add(const std::string& option, std::size_t& value, whole_range range,
                       const std::string& help) {
    all_->expectations.push_back({option, words_of(range)});
    all_->add(
        option,
        [&value, option, range](const std::string& text) {
            value = static_cast<std::size_t>(read(option, text, range));
        },
        "UINT in [" + std::to_string(range.least) + " - " + std::to_string(range.most) + "]",
        std::to_string(value), help);
}

void command_line::add(const std::string& option, count_of_data& value, whole_range range,
                       const std::string& help) {
    value.option = option;
    value.least = static_cast<std::size_t>(range.least);
    add(option, value.value, range, help);
    all_->checks.emplace_back([this, &value] { value.given = given(value.option); });
}

void command_line::add(const std::string& option, std::vector<std::size_t>& values, whole_range range,
                       const std::string& help) {
    all_->expectations.push_back({option, words_of(range)});
    std::string written;
    for (const std::size_t value : values) written += (written.empty() ? "" : " ") + std::to_string(value);
    all_->app
        .add_option_function<std::vector<std::string>>(
            option,
            [&values, option, range](const std::vector<std::string>& texts) {
                values.clear();
                for (const std::string& text : texts)
                    values.push_back(static_cast<std::size_t>(read(option, text, range)));
            },
            help)
        ->type_name("UINT in [" + std::to_string(range.least) + " - " + std::to_string(range.most) + "]")
        ->default_str(written);
}

void command_line::add(const std::string& option, float& value, real_range range, const std::string& help) {
    all_->expectations.push_back({option, words_of(range)});
    char written[32];
    std::snprintf(written, sizeof written, "%g", static_cast<double>(value));
    all_->add(
        option, [&value, option, range](const std::string& text) { value = read(option, text, range); },
        "FLOAT in [" + real_text(range.least) + " - " + real_text(range.most) + "]", written, help);
}

void command_line::add(const std::string& option, bool& value, const std::string& help) {
    all_->app.add_flag(option, value, help);
}

void command_line::add(const std::string& option, std::string& value, const std::vector<std::string>& choices,
                       const std::string& help) {
    std::string listed;
    for (const std::string& choice : choices) listed += (listed.empty() ? "" : "|") + choice;
    all_->add(
        option,
        [&value, option, choices, listed](const std::string& text) {
            if (std::ranges::find(choices, text) == choices.end())
                throw option_error{option, text, "one of " + listed};
            value = text;
        },
        listed, value, help);
}

void command_line::add(const std::string& option, std::filesystem::path& value, const std::string& help) {
    all_->add_path(option, value, "PATH", help, "a path", [](const auto&) { return true; });
}

void command_line::add_file(const std::string& option, std::filesystem::path& value,
                            const std::string& help) {
    all_->add_path(option, value, "PATH", help, "the path of a file, not of a folder or a device",
                   [](const std::filesystem::path& path) {
                       std::error_code ignored; // a file that is removed and replaced: a device must not be
                       return path.has_filename() && (!std::filesystem::exists(path, ignored) ||
                                                      std::filesystem::is_regular_file(path, ignored));
                   });
}

void command_line::add_existing(const std::string& option, std::filesystem::path& value,
                                const std::string& help) {
    all_->add_path(option, value, "PATH", help, "a path that exists", [](const std::filesystem::path& path) {
        std::error_code ignored;
        return std::filesystem::exists(path, ignored);
    });
}

void command_line::add_existing_folder(const std::string& option, std::filesystem::path& value,
                                       const std::string& help) {
    all_->add_path(option, value, "DIR", help, "a folder that exists", [](const std::filesystem::path& path) {
        std::error_code ignored;
        return std::filesystem::is_directory(path, ignored);
    });
}

void command_line::add_seed(std::uint64_t& seed, const std::string& help) {
    const whole_range range{};
    all_->expectations.push_back({"--seed", words_of(range)});
    all_->add(
        "--seed", [&seed, range](const std::string& text) { seed = read("--seed", text, range); }, "UINT",
        std::to_string(seed), help);
}

void command_line::add_seeds(std::uint64_t& first, std::size_t& count, std::uint64_t most) {
    add("--seeds", count, {1, 1000}, "how many seeds to try");
    const whole_range range{0, most};
    all_->expectations.push_back({"--seed", words_of(range)});
    all_->add(
        "--seed", [&first, range](const std::string& text) { first = read("--seed", text, range); }, "UINT",
        std::to_string(first), "the first seed");
    all_->checks.emplace_back([&first, &count, most] {
        const std::uint64_t last_first = most - (count - 1);
        if (first > last_first)
            throw option_error{"--seed", std::to_string(first),
                               words_of(whole_range{0, last_first}) + " where --seeds is " +
                                   std::to_string(count)};
    });
}

void command_line::needs(const std::string& option, const std::string& other) {
    all_->app.get_option(option)->needs(all_->app.get_option(other));
}

void command_line::footer(const std::string& text) { all_->app.footer(text); }

bool command_line::given(const std::string& option) const { return all_->app.count(option) > 0; }

int command_line::read_and_run(int argc, char** argv, const std::function<void()>& program) {
    const auto complain = [&](const char* what) {
        std::fprintf(stderr, "%s: %s\n", all_->program.c_str(), what);
    };
    try {
        all_->refuse_negative_numbers(argc, argv);
        all_->app.parse(argc, argv);
        for (const auto& check : all_->checks) check();
        program();
        return 0;
    } catch (const CLI::Success& help) {
        return all_->app.exit(help);
    } catch (const CLI::ParseError& error) {
        // What CLI11 itself finds wrong, a missing value for one, with the range of the option that it names.
        std::string what = error.what();
        for (const auto& [option, expected] : all_->expectations)
            if (what.starts_with(option + " ") || what.starts_with(option + ":"))
                what += ": expected " + expected;
        complain((what + "\nRun with --help for more information.").c_str());
        return error.get_exit_code();
    } catch (const option_error& error) {
        complain((std::string{error.what()} + "\nRun with --help for more information.").c_str());
        return refused;
    } catch (const std::exception& error) {
        complain(error.what());
        return 1;
    }
}

int command_line::run(int argc, char** argv, const std::function<void()>& program) {
    keep_standard_streams();
    handle_signals();
    const int code = read_and_run(argc, argv, program);
    const int output_error = flush_standard_output();
    if (code != 0) return code;
    if (output_error != 0)
        std::fprintf(stderr, "%s: %s\n", all_->program.c_str(),
                     standard_output_message(output_error).c_str());
    if (!interrupted()) return output_error == 0 ? 0 : 1;
    std::fprintf(stderr, "%s: interrupted; what there was until then is written\n", all_->program.c_str());
    return 128 + interrupting_signal();
}

} // namespace examples
