// Runs a fuzz target on every file of the folders on its command line: a corpus as a plain test. An
// empty corpus is an error, a broken promise aborts.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::size_t replay(const std::filesystem::path& folder)
{
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) {
            continue;
        }
        std::ifstream file(entry.path(), std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
        std::cout << entry.path().filename().string() << std::endl;
        LLVMFuzzerTestOneInput(input.data(), input.size());
        ++files;
    }
    return files;
}

}  // namespace

int main(int argc, char** argv)
{
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i) {
        files += replay(argv[i]);
    }
    std::cout << files << " inputs\n";
    return files == 0 ? 1 : 0;
}
