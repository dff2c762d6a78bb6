package io.github.tess2.examples.benchmark;

import io.github.tess2.Activity;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Throughput and latency of concurrent callers.
 *
 * @param requestsPerSecond requests per second of all callers together
 * @param median median seconds from a call to its answer
 * @param p95 95th percentile of these seconds
 * @param p99 99th percentile of these seconds
 * @param rowsPerStep mean number of rows in a step
 */
record CallersRun(
    double requestsPerSecond, double median, double p95, double p99, double rowsPerStep) {

  CallersRun faster(CallersRun other) {
    return other.requestsPerSecond > requestsPerSecond ? other : this;
  }

  /**
   * Has callers send requests. Each caller sends its next one when it has an answer.
   *
   * @param callers number of callers, each with its own thread
   * @param requests the requests of all callers, taken in order
   */
  static CallersRun measure(DiffusionLM lm, int callers, List<GenerationRequest> requests) {
    lm.generate(requests.get(0));
    Queue<GenerationRequest> left = new ConcurrentLinkedQueue<>(requests);
    Activity before = lm.activity();
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    List<Double> seconds = new ArrayList<>();
    long start = System.nanoTime();
    try {
      Callable<List<Double>> calls = () -> callAll(lm, left);
      for (Future<List<Double>> caller : threads.invokeAll(Collections.nCopies(callers, calls))) {
        seconds.addAll(caller.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while callers were measured", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed", e.getCause());
    } finally {
      threads.shutdownNow();
    }
    double took = (System.nanoTime() - start) / 1e9;
    Activity after = lm.activity();
    seconds.sort(null);
    return new CallersRun(
        requests.size() / took,
        atShare(seconds, 0.5),
        atShare(seconds, 0.95),
        atShare(seconds, 0.99),
        (double) (after.totalRows() - before.totalRows()) / (after.steps() - before.steps()));
  }

  private static List<Double> callAll(DiffusionLM lm, Queue<GenerationRequest> left) {
    List<Double> seconds = new ArrayList<>();
    for (GenerationRequest next = left.poll(); next != null; next = left.poll()) {
      long start = System.nanoTime();
      lm.generate(next);
      seconds.add((System.nanoTime() - start) / 1e9);
    }
    return seconds;
  }

  /** The smallest of the sorted numbers that at least the given share of them do not exceed. */
  static double atShare(List<Double> sorted, double share) {
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }
}
