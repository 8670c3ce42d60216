#include "probes/probe.hpp"

namespace smtptls::probes {

#define PROBE(name) std::unique_ptr<Probe> make_##name(const Knowledge& known, ServerProfile& server);
#include "probes/probes.def"
#undef PROBE

std::vector<std::unique_ptr<Probe>> all_probes(const Knowledge& known, ServerProfile& server)
{
    std::vector<std::unique_ptr<Probe>> probes;
#define PROBE(name) probes.push_back(make_##name(known, server));
#include "probes/probes.def"
#undef PROBE
    return probes;
}

}  // namespace smtptls::probes
