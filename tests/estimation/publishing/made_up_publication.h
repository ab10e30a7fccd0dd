// A small publication whose labels try to break out of every form: markup, scripts, commands of LaTeX, pipes.
#pragma once

#include <string>
#include <vector>

#include "estimation/publishing/page.h"

namespace cifra {

inline const std::string hostile =
    "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \"q\" '|*_\\input{x}$%#~^ ]]>";

// Tables by_sex (two indicators, a share and a total) and by_region (regions R1 to R4, R3 of poor precision), the
// second indicator labelled `hostile`.
std::string made_up_estimates();
PageTexts made_up_texts();

class MadeUpPublication {
public:
    explicit MadeUpPublication(const RowChoice& choice = {}, const std::string& estimates = made_up_estimates());
    Page page(const std::string& language) const;
    std::vector<Page> pages() const { return {page("en"), page("es")}; }

    PageTexts texts = made_up_texts();
    mutable RuleSets rules;
    std::vector<PublishedRow> rows;
};

}  // namespace cifra
