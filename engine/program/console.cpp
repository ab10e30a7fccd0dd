#include "engine/program/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace cifra {

namespace {

void show_progress(std::string_view what, double share) {
    constexpr int width = 30;
    const int filled = static_cast<int>(share * width);
    fmt::print(stderr, "\r{:<28.28} [{:=<{}}{: <{}}] {:3.0f} %", what, "", filled, "", width - filled, 100 * share);
    if (share >= 1) fmt::print(stderr, "\r{:<80}\r", "");
    std::fflush(stderr);
}

}  // namespace

Context console_context(Options options) {
    Context context;
    context.options = std::move(options);
    context.say = [](const std::string& line) { fmt::print("{}\n", line); };
    context.report = [](const Diagnostic& item) { fmt::print(stderr, "{}\n", to_text(item)); };
    if (isatty(STDERR_FILENO) == 1) context.progress = show_progress;
    return context;
}

ExitCode guarded(const std::function<void()>& work) {
    try {
        work();
        return ExitCode::done;
    } catch (const InputError& faults) {
        fmt::print(stderr, "{}\n", faults.what());
        const std::size_t count = faults.diagnostics().error_count();
        fmt::print(stderr, "{} fault{} in the input; nothing was written\n", count, count == 1 ? "" : "s");
        return ExitCode::bad_input;
    } catch (const Refusal& refusal) {
        fmt::print(stderr, "refused: {}\n", refusal.what());
        return ExitCode::refused;
    } catch (const std::exception& fault) {
        fmt::print(stderr, "internal fault: {}\nThis is a fault of cifra, not of your files; please report it.\n",
                   fault.what());
        return ExitCode::fault;
    }
}

}  // namespace cifra
