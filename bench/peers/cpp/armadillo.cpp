// Armadillo: expression templates; functions of an entry use all threads (OpenMP), sums and products one.
//
// Its matrices lie column by column, so they hold the transposes of the files' ones: the same to what is computed here.
#define ARMA_DONT_USE_WRAPPER
#define ARMA_DONT_USE_BLAS
#define ARMA_DONT_USE_LAPACK
#include <armadillo>

#include "server.hpp"

template <class T, class F> Case filled(F assign) {
    auto out = std::make_shared<arma::Mat<T>>();
    Case made;
    made.fresh = made.reuse = [=] { assign(*out); };
    made.drop = [=] { out->reset(); };
    made.result = [=] { return std::pair<const void *, size_t>(out->memptr(), out->n_elem * sizeof(T)); };
    return made;
}

template <class T, class F> Case folded(F value) {
    auto out = std::make_shared<T>();
    Case made;
    made.fresh = [=] { *out = value(); };
    made.drop = [] {};
    made.result = [=] { return std::pair<const void *, size_t>(out.get(), sizeof(T)); };
    return made;
}

template <class T> Case make(const std::string &name, Operands &operands) {
    auto load = [&](const char *name) {
        auto &o = operands.at(name);
        return std::make_shared<arma::Mat<T>>(reinterpret_cast<const T *>(o.bytes.data()), o.columns, o.rows);
    };
    auto a = load("a");
    if (name == "clamp") return filled<T>([=](arma::Mat<T> &out) { out = arma::clamp(*a, T(0.75), T(1.25)); });
    if (name == "exp") return filled<T>([=](arma::Mat<T> &out) { out = arma::exp(*a); });
    if (name == "tanh") return filled<T>([=](arma::Mat<T> &out) { out = arma::tanh(*a); });
    if (name == "log1p") return filled<T>([=](arma::Mat<T> &out) { out = arma::log1p(*a); });
    if (name == "norm") return folded<T>([=] { return std::sqrt(arma::accu(arma::square(*a))); });
    auto b = load("b");
    if (name == "product") return filled<T>([=](arma::Mat<T> &out) { out = *a % *b; });
    if (name == "transposed") return filled<T>([=](arma::Mat<T> &out) { out = *a % b->t(); });
    if (name == "exp-sin") return filled<T>([=](arma::Mat<T> &out) { out = arma::exp(-(*a % *a)) % arma::sin(*b); });
    if (name == "sum") return folded<T>([=] { return arma::accu(*a % *b); });
    if (name == "max-abs") return folded<T>([=] { return arma::abs(*a - *b).max(); });
    auto c = load("c"), d = load("d");
    if (name == "product-sum") return filled<T>([=](arma::Mat<T> &out) { out = *a % *b + *c / *d; });
    return {};
}

int main(int count, char **) {
    if (count > 1) {
        std::printf("%d.%d.%d\n", ARMA_VERSION_MAJOR, ARMA_VERSION_MINOR, ARMA_VERSION_PATCH);
        return 0;
    }
    return serve([](const std::string &name, const std::string &dtype, Operands &operands) {
        return dtype == "f64" ? make<double>(name, operands) : dtype == "f32" ? make<float>(name, operands) : Case{};
    });
}
