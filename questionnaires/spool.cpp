#include "questionnaires/spool.h"

#include <array>

#include "engine/diagnostics.h"

namespace cifra {
namespace {

[[noreturn]] void fail() {
    fail_input({}, "cannot-write", "a temporary file cannot be written",
               "free some space in the folder of temporary files, or name another in TMPDIR");
}

}  // namespace

Spool::Spool() : file_(std::tmpfile()) {
    if (!file_) fail();
}

void Spool::add(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail();
}

void Spool::copy_to(std::ostream& stream) {
    if (std::fflush(file_.get()) != 0) fail();
    std::rewind(file_.get());
    std::array<char, 1 << 16> bytes{};
    for (std::size_t got = 0; (got = std::fread(bytes.data(), 1, bytes.size(), file_.get())) > 0;)
        stream.write(bytes.data(), static_cast<std::streamsize>(got));
    std::fseek(file_.get(), 0, SEEK_END);
}

}  // namespace cifra
