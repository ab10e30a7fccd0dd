// Any bytes as an instrument: no crash, every fault explained, and what is free of errors can be walked and printed.
#include "questionnaires/instrument.h"

#include "questionnaires/check.h"
#include "questionnaires/form_html.h"
#include "questionnaires/instrument_tests.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    cifra::Diagnostics faults;
    const cifra::YamlValue document = cifra::parse_yaml(cifra::fuzz::text_of(data, size), "fuzz.yaml", faults);
    if (faults.has_errors()) return 0;
    const cifra::Instrument instrument = cifra::read_instrument(document, faults);
    cifra::check_instrument(instrument, faults);
    if (faults.has_errors()) return 0;
    cifra::run_tests(instrument, faults);
    for (const std::string& language : instrument.languages) cifra::form_html(instrument, language);
    return 0;
}
