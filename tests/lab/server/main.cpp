// smtptls-lab: a small SMTP server on loopback whose TLS versions, suites and manners are options.
// The tests scan it, and ./run without arguments shows it (--story). It delivers no mail.
#include "options.hpp"
#include "server.hpp"
#include "tls_context.hpp"

#include <sys/resource.h>

#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>

namespace {

// A thousand visitors at once need as many descriptors; shells often allow fewer by default.
void allow_many_descriptors()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int run(int argc, const char* const* argv)
{
    namespace lab = smtptls::lab;
    allow_many_descriptors();
    const lab::OpenSsl openssl;
    const auto parsed = lab::parse_options(argc, argv);
    if (const int* code = std::get_if<int>(&parsed); code != nullptr) {
        return *code;
    }
    const auto& options = std::get<lab::Options>(parsed);
    std::ofstream file;
    if (!options.log_file.empty()) {
        file.open(options.log_file, std::ios::trunc);
        if (!file) {
            throw std::runtime_error("cannot write " + options.log_file);
        }
    }
    lab::serve(options, std::cout, options.log_file.empty() ? std::cerr : file);
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "smtptls-lab: " << error.what() << '\n';
        return 2;
    }
}
