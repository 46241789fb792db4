// Times LightGBM's C API at scoring, for bench/tree-scoring-lightgbm.bench.ts, which compiles this against a library that somebody
// built: single rows by the fast call, batches, and SHAP contributions of both. Prints microseconds as one line of JSON
// and writes what was predicted, so that results can be compared.
//
// usage: lightgbm-scoring <model> <rows: float64, row-major> <row count> <columns> <threads> <seconds each> <output prefix>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

extern "C" {
int LGBM_BoosterCreateFromModelfile(const char* file, int* iterations, void** booster);
int LGBM_BoosterGetNumClasses(void* booster, int* classes);
int LGBM_BoosterPredictForMat(void* booster, const void* data, int data_type, int32_t rows, int32_t columns,
                              int is_row_major, int predict_type, int start_iteration, int iterations,
                              const char* parameters, int64_t* length, double* result);
int LGBM_BoosterPredictForMatSingleRowFastInit(void* booster, int predict_type, int start_iteration, int iterations,
                                               int data_type, int32_t columns, const char* parameters, void** fast);
int LGBM_BoosterPredictForMatSingleRowFast(void* fast, const void* row, int64_t* length, double* result);
const char* LGBM_GetLastError();
}

namespace {

constexpr int kFloat64 = 1;
constexpr int kRawScore = 1;
constexpr int kContributions = 3;
constexpr int kBatch = 500;

void require(int code) {
  if (code == 0) return;
  std::fprintf(stderr, "lightgbm-scoring: %s\n", LGBM_GetLastError());
  std::exit(1);
}

struct Subject {
  void* booster;
  const std::vector<double>& rows;
  int row_count;
  int columns;
  std::string parameters;
  double seconds;
};

double now_micros() {
  using clock = std::chrono::steady_clock;
  return std::chrono::duration<double, std::micro>(clock::now().time_since_epoch()).count();
}

// The median of the times of `work(i)`, i counting up, after a warm-up of a fifth of the time.
template <typename Work>
double median_micros(double seconds, Work work) {
  std::vector<double> times;
  const double start = now_micros();
  for (int i = 0;; ++i) {
    const double from = now_micros();
    work(i);
    const double to = now_micros();
    if (to - start > seconds * 0.2e6) times.push_back(to - from);
    if (to - start > seconds * 1e6 && times.size() >= 5) break;
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return times[times.size() / 2];
}

// A row at a time, 100 rows a measurement, so that the clock costs nothing.
double single(const Subject& subject, int predict_type, std::vector<double>* result) {
  void* fast = nullptr;
  require(LGBM_BoosterPredictForMatSingleRowFastInit(subject.booster, predict_type, 0, -1, kFloat64, subject.columns,
                                                     subject.parameters.c_str(), &fast));
  constexpr int kRows = 100;
  int64_t length = 0;
  const double micros = median_micros(subject.seconds, [&](int round) {
    for (int i = 0; i < kRows; ++i) {
      const int64_t row = (static_cast<int64_t>(round) * kRows + i) % subject.row_count;
      require(LGBM_BoosterPredictForMatSingleRowFast(fast, &subject.rows[row * subject.columns], &length, result->data()));
    }
  });
  return micros / kRows;
}

double batch(const Subject& subject, int predict_type, std::vector<double>* result) {
  const int batches = subject.row_count / kBatch;
  int64_t length = 0;
  return median_micros(subject.seconds, [&](int round) {
    const int64_t row = static_cast<int64_t>(round % batches) * kBatch;
    require(LGBM_BoosterPredictForMat(subject.booster, &subject.rows[row * subject.columns], kFloat64, kBatch,
                                      subject.columns, 1, predict_type, 0, -1, subject.parameters.c_str(), &length,
                                      result->data()));
  });
}

void write_all(const Subject& subject, int predict_type, int per_row, const std::string& file) {
  std::vector<double> result(static_cast<size_t>(subject.row_count) * per_row);
  int64_t length = 0;
  require(LGBM_BoosterPredictForMat(subject.booster, subject.rows.data(), kFloat64, subject.row_count, subject.columns,
                                    1, predict_type, 0, -1, subject.parameters.c_str(), &length, result.data()));
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(result.data()), static_cast<std::streamsize>(length * sizeof(double)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) {
    std::fprintf(stderr, "usage: lightgbm-scoring model rows row-count columns threads seconds output-prefix\n");
    return 2;
  }
  const int row_count = std::atoi(argv[3]);
  const int columns = std::atoi(argv[4]);
  std::vector<double> rows(static_cast<size_t>(row_count) * columns);
  std::ifstream(argv[2], std::ios::binary)
      .read(reinterpret_cast<char*>(rows.data()), static_cast<std::streamsize>(rows.size() * sizeof(double)));
  int iterations = 0;
  void* booster = nullptr;
  require(LGBM_BoosterCreateFromModelfile(argv[1], &iterations, &booster));
  int classes = 1;
  require(LGBM_BoosterGetNumClasses(booster, &classes));
  const Subject subject{booster, rows, row_count, columns, std::string("verbosity=-1 num_threads=") + argv[5],
                        std::atof(argv[6])};
  std::vector<double> result(static_cast<size_t>(kBatch) * classes * (columns + 1));
  const double single_row = single(subject, kRawScore, &result);
  const double batch_rows = batch(subject, kRawScore, &result);
  const double single_shap = single(subject, kContributions, &result);
  const double batch_shap = batch(subject, kContributions, &result);
  write_all(subject, kRawScore, classes, std::string(argv[7]) + ".raw");
  write_all(subject, kContributions, classes * (columns + 1), std::string(argv[7]) + ".contributions");
  std::printf("{\"rowMicros\": %.4f, \"batchMicros\": %.4f, \"shapRowMicros\": %.4f, \"shapBatchMicros\": %.4f}\n",
              single_row, batch_rows, single_shap, batch_shap);
  return 0;
}
