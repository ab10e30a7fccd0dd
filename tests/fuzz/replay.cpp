// Runs a fuzz target over the files of its corpus, and over every prefix of each: replay FOLDER.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/fuzz.h"

namespace {

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

int main(int, char** arguments) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) {
        const std::string text = content(entry.path());
        const auto* data = reinterpret_cast<const std::uint8_t*>(text.data());
        for (std::size_t size = 0; size <= text.size(); ++size) LLVMFuzzerTestOneInput(data, size);
        ++files;
    }
    std::printf("%zu files\n", files);
    return files > 0 ? 0 : 1;
}
