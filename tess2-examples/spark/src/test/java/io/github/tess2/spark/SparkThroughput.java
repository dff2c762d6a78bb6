package io.github.tess2.spark;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Compares two executors with one process that has both cores, in turns. Not a test: run it with
 * {@code -Dtest=SparkThroughput}.
 */
@ExtendWith(Cluster.class)
class SparkThroughput {
  private static final int ROWS = Integer.getInteger("tess2.rows", 512);
  private static final int STEPS = 10;
  private static final int RUNS = 3;

  @Test
  void compare() {
    List<GenerationRequest> requests =
        IntStream.range(0, ROWS)
            .mapToObj(
                i ->
                    GenerationRequest.builder(Prompt.user(Questions.sum(i)))
                        .seed(Questions.seed(i))
                        .build())
            .toList();
    Dataset<Row> prompts = Questions.sums(ROWS).repartition(4).cache();
    prompts.count();
    SparkGenerator generator =
        SparkGenerator.builder().threads(1).steps(STEPS).length(32).seedColumn("seed").build();
    generator.answer(prompts).collectAsList();
    try (DiffusionLM lm = DiffusionLM.builder().threads(2).steps(STEPS).length(32).build()) {
      lm.generateAll(requests.subList(0, 64));
      for (int i = 0; i < RUNS; i++) {
        double one = rowsPerSecond(() -> lm.generateAll(requests));
        double two = rowsPerSecond(() -> generator.answer(prompts).collectAsList());
        System.out.printf(
            Locale.ROOT,
            "rows/s: one process with two threads %.1f, two executors with one each %.1f (%.2f)%n",
            one,
            two,
            two / one);
      }
    }
  }

  private static double rowsPerSecond(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return ROWS * 1e9 / (System.nanoTime() - begin);
  }
}
