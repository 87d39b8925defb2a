// What the C++ peers share: the requests and answers that ../src/main.rs lists, and the operands' files.
#pragma once
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

struct Operand {
    size_t rows, columns;
    std::vector<char> bytes;  // in C order
};
using Operands = std::map<std::string, Operand>;

// A case: `fresh` makes a new result, `reuse` writes into it, `drop` frees it; `result` tells where it lies.
struct Case {
    std::function<void()> fresh, reuse, drop;
    std::function<std::pair<const void *, size_t>()> result;
};

inline std::vector<std::string> split(const std::string &text, char at, size_t most = SIZE_MAX) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; parts.size() + 1 < most && std::getline(in, part, at);) parts.push_back(part);
    if (std::string rest; most != SIZE_MAX && std::getline(in, rest)) parts.push_back(rest);
    return parts;
}

// NAME=DTYPE=SHAPE=FILE, the file in .npy.
inline void read(Operands &operands, const std::string &word) {
    auto parts = split(word, '=', 4);
    auto shape = split(parts.at(2), 'x');
    if (shape.size() != 2) return;  // no matrix: a case that asks for it is refused
    std::ifstream file(parts.at(3), std::ios::binary);
    std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
    size_t header = 10 + (uint8_t(bytes.at(8)) | uint8_t(bytes.at(9)) << 8);
    bytes.erase(bytes.begin(), bytes.begin() + header);
    operands[parts[0]] = {std::stoul(shape[0]), std::stoul(shape[1]), std::move(bytes)};
}

// Serves until the input ends. `make` gives the case by name and dtype; one without `fresh` cannot be expressed.
inline int serve(const std::function<Case(const std::string &, const std::string &, Operands &)> &make) {
    Case current;
    for (std::string line; std::getline(std::cin, line);) {
        auto words = split(line, '\t');
        auto timed = [&](const std::function<void()> &run, bool drop) {
            std::chrono::nanoseconds total{0};
            for (long k = std::stol(words.at(1)); k > 0; --k) {
                if (drop) current.drop();
                auto start = std::chrono::steady_clock::now();
                run();
                total += std::chrono::steady_clock::now() - start;
            }
            std::cout << total.count() << std::endl;
        };
        if (words[0] == "prepare") {
            current = {};
            Operands operands;
            for (size_t k = 2; k < words.size(); ++k) read(operands, words[k]);
            auto dash = words[1].rfind('-');
            try {
                current = make(words[1].substr(0, dash), words[1].substr(dash + 1), operands);
            } catch (const std::out_of_range &) {  // an operand that is no matrix
            }
            std::cout << (!current.fresh ? "no" : current.reuse ? "ok fresh reuse" : "ok fresh") << std::endl;
        } else if (words[0] == "fresh") {
            timed(current.fresh, true);
        } else if (words[0] == "reuse") {
            timed(current.reuse, false);
        } else if (words[0] == "save") {
            auto [data, size] = current.result();
            std::ofstream(words[1], std::ios::binary).write(static_cast<const char *>(data), size);
            std::cout << "ok" << std::endl;
        } else {
            current = {};
            std::cout << "ok" << std::endl;
        }
    }
    return 0;
}
