#include "engine/statfile/to_utf8.h"

#include <iconv.h>

#include <algorithm>

namespace cifra {

// The handle of iconv is a pointer to something of its own.
void ToUtf8::Close::operator()(Converter* converter) const { iconv_close(static_cast<void*>(converter)); }

ToUtf8::ToUtf8(const std::string& encoding) {
    void* const opened = iconv_open("UTF-8", encoding.c_str());
    if (opened != reinterpret_cast<void*>(-1)) converter_.reset(static_cast<Converter*>(opened));
}

std::string_view ToUtf8::operator()(std::string_view text) {
    const bool ascii =
        std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) return text;
    // No byte of an old encoding takes more than four in UTF-8.
    converted_.resize(4 * text.size());
    char* from = const_cast<char*>(text.data());
    char* to = converted_.data();
    std::size_t from_left = text.size(), to_left = converted_.size();
    iconv(converter_.get(), nullptr, nullptr, nullptr, nullptr);
    if (iconv(converter_.get(), &from, &from_left, &to, &to_left) == static_cast<std::size_t>(-1)) return text;
    converted_.resize(converted_.size() - to_left);
    return converted_;
}

}  // namespace cifra
