#include <fmt/format.h>

#include "engine/embedded.h"
#include "questionnaires/verbs.h"

namespace cifra {
namespace {

void run_schema(Context& context) {
    if (context.options.input != "instrument")
        fail_input({}, "unknown-choice", fmt::format("there is no schema of '{}'", context.options.input.string()),
                   "write 'cifra schema instrument'");
    for (const EmbeddedFile& file : embedded_questionnaires())
        if (file.name == "questionnaires/instrument.schema.json") context.say(std::string(file.content));
}

}  // namespace

Verb schema_verb() {
    Verb verb;
    verb.name = "schema";
    verb.summary = "print the language of instruments as a JSON Schema, for editors";
    verb.manual =
        "An editor that knows the schema (draft 2020-12) completes keys, explains them and marks what is misspelt\n"
        "while an instrument is being written. What the schema cannot say, 'check' does.\n\n"
        "  cifra schema instrument > instrument.schema.json";
    verb.reads = "nothing";
    verb.writes = "nothing";
    verb.run = run_schema;
    return verb;
}

}  // namespace cifra
